// Package blob reads and writes blobs of Azure Storage with a managed identity of this machine.
package blob

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
)

// storageVersion is a version of Azure Storage's interface; bearer tokens need 2017-11-09 or later, and a single PUT of
// up to 5000 MiB 2019-12-12.
const storageVersion = "2021-12-02"

// ErrNotModified is the answer to a question for another content than the known one.
var ErrNotModified = errors.New("the blob hasn't changed")

// ErrNotFound is the answer for a blob or a container that isn't there.
var ErrNotFound = errors.New("the blob isn't there")

// Client uses blobs as one identity. Use [NewClient].
type Client struct {
	clientID string
	tokens   func(ctx context.Context, clientID, resource string) (string, error)
	http     *http.Client
}

// NewClient is for the identity with the client id.
func NewClient(clientID string, tokens func(ctx context.Context, clientID, resource string) (string, error)) *Client {
	return &Client{clientID, tokens, &http.Client{
		// A token is for the named account alone, wherever its answer points to.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Read is a blob's content with its ETag, or [ErrNotModified] when it still has the known one. A longer one than the limit
// is refused.
func (c *Client) Read(ctx context.Context, address, known string, limit int64) (text []byte, etag string, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	response, err := c.ask(ctx, http.MethodGet, address, nil, func(r *http.Request) {
		if known != "" {
			r.Header.Set("If-None-Match", known)
		}
	})
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	text, err = io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, "", fmt.Errorf("the blob's content broke off: %w", err)
	}
	if int64(len(text)) > limit {
		return nil, "", fmt.Errorf("the blob has more than %d bytes", limit)
	}
	return text, response.Header.Get("ETag"), nil
}

// Open is a blob's content, of any length. The caller closes it.
func (c *Client) Open(ctx context.Context, address string) (io.ReadCloser, error) {
	response, err := c.ask(ctx, http.MethodGet, address, nil, nil)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// Write makes a blob of so many bytes. It isn't there before it is whole.
func (c *Client) Write(ctx context.Context, address string, content io.Reader, size int64) error {
	response, err := c.ask(ctx, http.MethodPut, address, content, func(r *http.Request) {
		r.ContentLength = size
		r.Header.Set("x-ms-blob-type", "BlockBlob")
		r.Header.Set("Content-Type", "application/octet-stream")
	})
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// Remove removes a blob; one that isn't there is fine.
func (c *Client) Remove(ctx context.Context, address string) error {
	response, err := c.ask(ctx, http.MethodDelete, address, nil, nil)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// List are the names in a container that begin with a prefix, in their order.
func (c *Client) List(ctx context.Context, container, prefix string) ([]string, error) {
	var names []string
	for marker := ""; ; {
		query := url.Values{"restype": {"container"}, "comp": {"list"}, "prefix": {prefix}}
		if marker != "" {
			query.Set("marker", marker)
		}
		response, err := c.ask(ctx, http.MethodGet, container+"?"+query.Encode(), nil, nil)
		if err != nil {
			return nil, err
		}
		var page struct {
			Names      []string `xml:"Blobs>Blob>Name"`
			NextMarker string
		}
		err = xml.NewDecoder(io.LimitReader(response.Body, 16<<20)).Decode(&page)
		if err = errors.Join(err, response.Body.Close()); err != nil {
			return nil, fmt.Errorf("the list of %s can't be read: %w", container, err)
		}
		names = append(names, page.Names...)
		if marker = page.NextMarker; marker == "" {
			return names, nil
		}
	}
}

func (c *Client) ask(ctx context.Context, method, address string, body io.Reader, prepare func(*http.Request)) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, errors.New("the address of the blob can't be used")
	}
	if !keepsSecret(request.URL) {
		return nil, fmt.Errorf("%s: a token is sent by https only", request.URL.Host)
	}
	token, err := c.tokens(ctx, c.clientID, identity.StorageResource)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("x-ms-version", storageVersion)
	if prepare != nil {
		prepare(request)
	}
	response, err := c.http.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("%s didn't answer: %w", request.URL.Host, err)
	}
	if response.StatusCode >= 200 && response.StatusCode < 300 {
		return response, nil
	}
	defer response.Body.Close()
	return nil, refusal(response, request.URL)
}

func refusal(response *http.Response, address *url.URL) error {
	where := address.Host + address.Path
	code := response.Header.Get("x-ms-error-code")
	switch response.StatusCode {
	case http.StatusNotModified:
		return ErrNotModified
	case http.StatusNotFound:
		return fmt.Errorf("%s: %w (%s)", where, ErrNotFound, code)
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("%s: the account answered %s %s: the identity needs the role Storage Blob Data Reader, to write Contributor, and the account's firewall must let the machine in", where, response.Status, code)
	default:
		return fmt.Errorf("%s: the account answered %s", where, strings.TrimSpace(response.Status+" "+code))
	}
}

// keepsSecret: nobody listens between this machine and itself.
func keepsSecret(address *url.URL) bool {
	ip := net.ParseIP(address.Hostname())
	return address.Scheme == "https" || ip != nil && ip.IsLoopback()
}
