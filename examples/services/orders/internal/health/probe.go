package health

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// ProbeOf returns the check for an address: a connection for tcp, an answer below 400 for http and https.
func ProbeOf(target *url.URL) func(context.Context) error {
	if target.Scheme == "tcp" {
		return func(ctx context.Context) error { return probeTCP(ctx, target.Host) }
	}
	return func(ctx context.Context) error { return probeHTTP(ctx, target) }
}

func probeTCP(ctx context.Context, address string) error {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}

// Checks go straight to the address, over a new connection each time: a kept one would hide that no new one can be
// made, and a redirect would be followed to a system that nobody named.
var probeClient = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func probeHTTP(ctx context.Context, target *url.URL) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return err
	}
	response, err := probeClient.Do(request)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err // without the address, whose query may hold a token
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("answered %s", response.Status)
	}
	return nil
}
