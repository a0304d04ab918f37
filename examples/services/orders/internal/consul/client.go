// Package consul speaks with the Consul client of this machine: its store and its sessions, which is all that a service
// needs to follow a configuration and to elect a leader.
package consul

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// requestTimeout is for what the client answers at once, an election of Consul's own leader included.
	requestTimeout = 10 * time.Second
	// mostBytes of an answer: twenty values of the store's largest size, 512 KiB, as base64.
	mostBytes = 14 << 20
	// mostReasonBytes of an error's text go into ours.
	mostReasonBytes = 200
)

// Client asks one agent.
type Client struct {
	base  *url.URL
	token func() string
	http  *http.Client
}

// New asks the agent at an address as CONSUL_HTTP_ADDR has it: host:port, or a URL. token is asked before each request,
// so that a renewed one counts at once; it may be empty.
func New(address string, token func() string) (*Client, error) {
	base, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // the agent is on this machine
	return &Client{base: base, token: token, http: &http.Client{Transport: transport}}, nil
}

// ParseAddress reads host:port, or an http or https URL of nothing more.
func ParseAddress(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	base, err := url.Parse(address)
	if err != nil || base.Hostname() == "" || base.User != nil || strings.Trim(base.Path, "/") != "" || base.RawQuery != "" ||
		base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New(`it must be host:port, or an http or https address without path and user, such as "127.0.0.1:8500"`)
	}
	return base, nil
}

// StatusError is an answer other than the wanted one.
type StatusError struct {
	Code   int
	Reason string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("Consul answered %d: %s", e.Code, e.Reason)
}

// answer is what came back, with the index that it is the state of.
type answer struct {
	code  int
	body  []byte
	index uint64
}

func (c *Client) do(ctx context.Context, method, path string, query url.Values, body any, limit time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var content io.Reader
	switch given := body.(type) {
	case nil:
	case []byte:
		content = bytes.NewReader(given)
	default:
		text, err := json.Marshal(given)
		if err != nil {
			return answer{}, err
		}
		content = bytes.NewReader(text)
	}
	address := c.base.JoinPath("v1", path)
	address.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, method, address.String(), content)
	if err != nil {
		return answer{}, err
	}
	if token := c.token(); token != "" {
		request.Header.Set("X-Consul-Token", token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	if err != nil {
		return answer{}, fmt.Errorf("read Consul's answer: %w", err)
	}
	if len(text) > mostBytes {
		return answer{}, fmt.Errorf("Consul's answer is larger than %d bytes: keep large values elsewhere", mostBytes)
	}
	// Absent for what isn't a query.
	index, _ := strconv.ParseUint(response.Header.Get("X-Consul-Index"), 10, 64)
	return answer{code: response.StatusCode, body: text, index: index}, nil
}

// wanted is nil for an answer of success.
func (a answer) wanted() error {
	if a.code == http.StatusOK {
		return nil
	}
	reason := strings.TrimSpace(string(a.body[:min(len(a.body), mostReasonBytes)]))
	return &StatusError{Code: a.code, Reason: reason}
}

func (a answer) decode(into any) error {
	if err := a.wanted(); err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return fmt.Errorf("Consul's answer can't be read: %w", err)
	}
	return nil
}
