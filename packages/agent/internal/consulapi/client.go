// Package consulapi asks the Consul agent of this machine by its HTTP API.
package consulapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// answerTimeout is for everything but snapshots: the agent is on this machine, or a few hops away from its leader.
const answerTimeout = 10 * time.Second

// longestAnswer is far more than the lists of a datacenter need: values have up to 512 KiB each.
const longestAnswer = 64 << 20

// Client asks one agent. The zero token asks as nobody.
type Client struct {
	// Address is host:port of the agent's HTTP API.
	Address string
	// Token is never logged nor in an error.
	Token string
}

// plain never goes through a proxy: the agent is on this machine.
var plain = &http.Client{Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute}}

// StatusError is an answer that isn't 200.
type StatusError struct {
	Status int
	text   string
}

func (e *StatusError) Error() string { return e.text }

// Is tells whether an error is an answer with a status.
func Is(err error, status int) bool {
	var answered *StatusError
	return errors.As(err, &answered) && answered.Status == status
}

// Answered tells whether the agent has answered, whatever it said.
func Answered(err error) bool {
	var answered *StatusError
	return err == nil || errors.As(err, &answered)
}

// Get reads an answer in JSON into a value; nil drops it.
func (c Client) Get(ctx context.Context, path string, answer any) error {
	return c.ask(ctx, http.MethodGet, path, nil, answer)
}

// Put sends a value in JSON; nil sends nothing.
func (c Client) Put(ctx context.Context, path string, body, answer any) error {
	return c.send(ctx, http.MethodPut, path, body, answer)
}

// PutText sends text as it is: a value of the store.
func (c Client) PutText(ctx context.Context, path, text string) error {
	return c.ask(ctx, http.MethodPut, path, strings.NewReader(text), nil)
}

// Post is what Consul wants for what has no name yet.
func (c Client) Post(ctx context.Context, path string, body, answer any) error {
	return c.send(ctx, http.MethodPost, path, body, answer)
}

// Delete removes; what isn't there is fine.
func (c Client) Delete(ctx context.Context, path string) error {
	if err := c.ask(ctx, http.MethodDelete, path, nil, nil); !Is(err, http.StatusNotFound) {
		return err
	}
	return nil
}

func (c Client) send(ctx context.Context, method, path string, body, answer any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	return c.ask(ctx, method, path, bytes.NewReader(text), answer)
}

func (c Client) ask(ctx context.Context, method, path string, body io.Reader, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	response, err := c.Do(ctx, method, path, body, -1)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return fmt.Errorf("Consul's answer to %s %s broke off: %w", method, withoutQuery(path), err)
	}
	if answer == nil {
		return nil
	}
	if raw, wanted := answer.(*[]byte); wanted {
		*raw = text
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return fmt.Errorf("Consul's answer to %s %s can't be read: %w", method, withoutQuery(path), err)
	}
	return nil
}

// Do sends a request whose body may be long, of size bytes or, with -1, of a size that the reader knows. The caller
// closes the answer's body; an answer that isn't 200 is a [StatusError].
func (c Client) Do(ctx context.Context, method, path string, body io.Reader, size int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+c.Address+"/v1/"+path, body)
	if err != nil {
		return nil, fmt.Errorf("the address of Consul's API, %s, can't be used", c.Address)
	}
	if size >= 0 {
		request.ContentLength = size
	}
	if c.Token != "" {
		request.Header.Set("X-Consul-Token", c.Token)
	}
	response, err := plain.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("Consul didn't answer %s %s: %w", method, withoutQuery(path), err)
	}
	if response.StatusCode == http.StatusOK {
		return response, nil
	}
	defer response.Body.Close()
	words, _ := io.ReadAll(io.LimitReader(response.Body, 500))
	return nil, &StatusError{response.StatusCode, fmt.Sprintf("Consul answered %s %s with %s: %s", method, withoutQuery(path), response.Status, strings.TrimSpace(string(words)))}
}

func withoutQuery(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}
