// Package health asks a service whether it is alive: over HTTP, or by a TCP connection where it has no endpoint.
package health

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// firstAnswerInterval is the pace until a fresh process answers for the first time. It is faster than the declared
// interval, so that the time without service is as short as the program allows.
const firstAnswerInterval = 200 * time.Millisecond

// Gate decides whether a started release is good.
type Gate struct {
	// URL of the endpoint that is asked.
	URL string
	// Address is host:port of a service without such an endpoint, and URL is empty: it is healthy while it takes
	// connections. Without both it is healthy while it lives.
	Address   string
	Interval  time.Duration
	Timeout   time.Duration
	Deadline  time.Duration
	Successes int
}

// client follows no redirects: only the service's own 2xx counts. The question never leaves the machine and carries no
// secret, and no certificate names 127.0.0.1, so a certificate isn't checked, as the balancer's probe doesn't.
var client = &http.Client{
	Transport: &http.Transport{
		Proxy: nil, DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Target is what is asked, for people.
func (g Gate) Target() string {
	switch {
	case g.URL != "":
		return g.URL
	case g.Address != "":
		return "tcp://" + g.Address
	default:
		return "its process"
	}
}

// Ask asks once; nil means a 2xx answer, or a connection, within the time-out.
func (g Gate) Ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	if g.URL == "" && g.Address == "" {
		return nil
	}
	if g.URL == "" {
		var dialer net.Dialer
		connection, err := dialer.DialContext(ctx, "tcp", g.Address)
		if err != nil {
			return fmt.Errorf("%s takes no connection: %w", g.Address, err)
		}
		return connection.Close()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, g.URL, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("%s did not answer within %v", g.URL, g.Timeout)
		}
		return err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 4096)
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return fmt.Errorf("%s answered %s", g.URL, response.Status)
	}
	return nil
}

// Wait returns nil as soon as one and the same process has answered often enough in a row, and the last reason when
// the deadline has passed. pid tells the service's process; 0 means that it has none.
func (g Gate) Wait(ctx context.Context, pid func(context.Context) (int, error)) error {
	limited, cancel := context.WithTimeout(ctx, g.Deadline)
	defer cancel()
	successes, counted := 0, 0
	failure := errors.New("the deadline came first") // the last one
	for {
		process, err := g.askProcess(limited, pid)
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("interrupted while waiting for healthy answers: %w", context.Cause(ctx))
		case limited.Err() != nil: // cut off by the deadline: the failure before it tells more
			return fmt.Errorf("not healthy within %v (%d of %d healthy answers in a row): %w", g.Deadline, successes, g.Successes, failure)
		case err != nil:
			successes, failure = 0, err
		case process != counted:
			successes, counted = 1, process
		default:
			successes++
		}
		if successes >= g.Successes {
			return nil
		}
		pause := g.Interval
		if successes == 0 {
			pause = min(pause, firstAnswerInterval)
		}
		select {
		case <-limited.Done():
		case <-time.After(pause):
		}
	}
}

// askProcess asks once and makes sure that the answer came while one process ran.
func (g Gate) askProcess(ctx context.Context, pid func(context.Context) (int, error)) (int, error) {
	before, err := pid(ctx)
	if err != nil {
		return 0, err
	}
	if before == 0 {
		return 0, errors.New("the process has ended")
	}
	if err := g.Ask(ctx); err != nil {
		return 0, err
	}
	after, err := pid(ctx)
	if err != nil {
		return 0, err
	}
	if after != before {
		return 0, fmt.Errorf("process %d ended while it was asked", before)
	}
	return before, nil
}
