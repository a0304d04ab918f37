// Package download fetches a file, streams it to disk and checks its SHA-256 on the way.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

// Client downloads with bounded patience. The zero value is not ready; use [NewClient].
type Client struct {
	// Attempts is how often a download is tried in all.
	Attempts int
	// FirstPause is the time before the second attempt; each later pause is twice as long.
	FirstPause time.Duration
	// Propagation is how long an identity may be refused: its role takes up to several minutes to be known everywhere.
	Propagation time.Duration
	// Stall is how long a connection may deliver nothing before the attempt counts as failed.
	Stall time.Duration
	// Tokens gives a token of one of the machine's identities for a resource.
	Tokens func(ctx context.Context, clientID, resource string) (string, error)
	Log    *slog.Logger
	http   *http.Client
	// direct is the same without redirects.
	direct *http.Client
}

// NewClient tries five times with pauses of 1, 2, 4 and 8 seconds, enough for a restart of what serves the file. An
// identity that is refused tries for ten minutes, the longest that Azure names for a new role.
func NewClient(log *slog.Logger, tokens func(ctx context.Context, clientID, resource string) (string, error)) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true // the hash is of the file as it is stored
	return &Client{
		Attempts: 5, FirstPause: time.Second, Propagation: 10 * time.Minute, Stall: 30 * time.Second,
		Tokens: tokens, Log: log, http: &http.Client{Transport: transport},
		direct: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// permanentError is an answer that another attempt won't change.
type permanentError struct{ error }

// localError is a failure to write on this machine.
type localError struct{ error }

func (e localError) Unwrap() error { return e.error }

// ToFile downloads a source to path, flushed to disk and executable, and fails unless it has the SHA-256. Memory use
// doesn't depend on the size. A file that failed is removed.
func (c *Client) ToFile(ctx context.Context, source Source, path string) error {
	shown := Redact(source.Address)
	left := patience{attempts: c.Attempts, until: time.Now().Add(c.Propagation), pause: c.FirstPause}
	for attempt := 1; ; attempt++ {
		err := c.attempt(ctx, source, path)
		if err == nil {
			return nil
		}
		err = errors.Join(err, removeIfThere(path))
		var permanent permanentError
		var local localError
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("the download of %s was interrupted: %w", shown, context.Cause(ctx))
		case errors.As(err, &local):
			return exitcode.Errorf(exitcode.NotPrepared, "the program could not be written to %s: %w", path, err)
		case errors.As(err, &permanent):
			return exitcode.Errorf(exitcode.Download, "the download of %s failed: %w", shown, err)
		}
		pause, again := left.next(attempt, err)
		if !again {
			return exitcode.Errorf(exitcode.Download, "the download of %s failed %d times, the last time: %w", shown, attempt, err)
		}
		c.Log.Warn("download failed, trying again", "url", shown, "attempt", attempt, "pause", pause.String(), "error", err.Error())
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (c *Client) attempt(ctx context.Context, source Source, path string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(c.Stall, func() { cancel(fmt.Errorf("nothing arrived for %v", c.Stall)) })
	defer stall.Stop()

	content, size, err := c.open(ctx, source)
	if err != nil {
		return err
	}
	defer content.Close()

	file, err := atomicfile.Create(path, 0o755)
	if err != nil {
		return localError{err}
	}
	defer file.Close()
	hash := sha256.New()
	progress := &progress{log: c.Log, total: size, next: time.Now().Add(progressEvery)}
	body := &watchedReader{content, func(n int) {
		stall.Reset(c.Stall)
		progress.add(n)
	}}
	buffer := make([]byte, 256<<10)
	if _, err := io.CopyBuffer(io.MultiWriter(localWriter{file}, hash), body, buffer); err != nil {
		return withoutAddress(ctx, err)
	}
	if seen := hex.EncodeToString(hash.Sum(nil)); seen != source.SHA256 {
		return permanentError{fmt.Errorf("SHA-256 seen %s, declared %s: it is another file than the declared one and was not run; declare the right hash or publish the right file", seen, source.SHA256)}
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return localError{err}
	}
	progress.done()
	return nil
}

// open begins the download, or opens the file of this machine that the address names.
func (c *Client) open(ctx context.Context, source Source) (io.ReadCloser, int64, error) {
	if path, local := localPath(source.Address); local {
		return openLocal(path)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, source.Address, nil)
	if err != nil {
		return nil, 0, permanentError{fmt.Errorf("the address can't be used")}
	}
	client, refused := c.http, anonymous
	if source.IdentityClientID != "" {
		client, refused = c.direct, unauthorized
		if err := c.authorize(ctx, request, source.IdentityClientID); err != nil {
			return nil, 0, err
		}
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, 0, withoutAddress(ctx, err)
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		return nil, 0, refused(response)
	}
	return response.Body, response.ContentLength, nil
}

// anonymous is a status as an error, for a file that everybody may read.
func anonymous(response *http.Response) error {
	err := fmt.Errorf("the server answered %s", response.Status)
	if retryable(response.StatusCode) {
		return err
	}
	return permanentError{err}
}

func retryable(status int) bool {
	return status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests
}

// withoutAddress drops the address that net/http puts into its errors: its query may be a shared access signature.
func withoutAddress(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	var unknown *net.DNSError
	if errors.As(err, &unknown) {
		return fmt.Errorf("the name %s can't be resolved (%s)", unknown.Name, unknown.Err)
	}
	return err
}

// Redact is the address without user and query, for messages.
func Redact(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "(an address that can't be read)"
	}
	parsed.User, parsed.RawQuery, parsed.Fragment = nil, "", ""
	return parsed.String()
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
