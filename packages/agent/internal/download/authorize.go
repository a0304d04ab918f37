package download

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
)

// Source is a file to download.
type Source struct {
	Address string
	// SHA256 is what the file must have, in lower-case hex.
	SHA256 string
	// IdentityClientID names the machine's identity that may read the file; empty for a file that everybody may read.
	IdentityClientID string
}

// storageVersion is a version of Azure Storage's interface; bearer tokens need 2017-11-09 or later.
const storageVersion = "2021-12-02"

// errRedirected: a token is for the named account alone, wherever its answer points to.
var errRedirected = errors.New("the server redirects to another address, which an authenticated download doesn't follow")

// authorize gives the request a token of the machine's identity.
func (c *Client) authorize(ctx context.Context, request *http.Request, clientID string) error {
	if !keepsSecret(request.URL) {
		return permanentError{errors.New("a token is sent by https only")}
	}
	token, err := c.Tokens(ctx, clientID, identity.StorageResource)
	var unavailable identity.UnavailableError
	if err != nil && ctx.Err() == nil && !errors.As(err, &unavailable) {
		return permanentError{err}
	}
	if err != nil {
		return notYetError{err}
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("x-ms-version", storageVersion)
	return nil
}

// keepsSecret: nobody listens between this machine and itself.
func keepsSecret(address *url.URL) bool {
	ip := net.ParseIP(address.Hostname())
	return address.Scheme == "https" || ip != nil && ip.IsLoopback()
}

// notYetError is an answer that the identity may get while its role is still on the way to every server.
type notYetError struct{ error }

// unauthorized is a status as an error: roles take minutes to arrive everywhere, and so do the names of new accounts.
func unauthorized(response *http.Response) error {
	err := fmt.Errorf("the server answered %s", response.Status)
	if code := response.Header.Get("x-ms-error-code"); code != "" {
		err = fmt.Errorf("%w (%s)", err, code)
	}
	switch response.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return notYetError{err}
	}
	if retryable(response.StatusCode) {
		return err
	}
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		return permanentError{errRedirected}
	}
	return permanentError{err}
}

// patience is how often a download is tried again, and how long in all.
type patience struct {
	attempts int
	until    time.Time
	pause    time.Duration
}

// longestPause keeps the end of a role's journey from being missed by minutes.
const longestPause = 15 * time.Second

// next says whether another attempt makes sense after err, and how long to wait before it.
func (p *patience) next(attempt int, err error) (time.Duration, bool) {
	var notYet notYetError
	pause := p.pause
	p.pause = min(2*p.pause, longestPause)
	if errors.As(err, &notYet) {
		return pause, time.Now().Add(pause).Before(p.until)
	}
	return pause, attempt < p.attempts
}
