package web

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func serve(t *testing.T, handler http.Handler, budget time.Duration) (url string, stop context.CancelFunc, done chan error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	done = make(chan error, 1)
	go func() { done <- Serve(ctx, NewServer(handler, quiet), listener, budget, quiet) }()
	return "http://" + listener.Addr().String(), stop, done
}

func TestEveryWaitOfTheServerHasALimit(t *testing.T) {
	server := NewServer(http.NotFoundHandler(), quiet)
	for name, limit := range map[string]time.Duration{
		"read header": server.ReadHeaderTimeout, "read": server.ReadTimeout, "write": server.WriteTimeout, "idle": server.IdleTimeout,
	} {
		if limit <= 0 {
			t.Errorf("no limit for %s", name)
		}
	}
	if server.MaxHeaderBytes <= 0 {
		t.Error("no limit for headers")
	}
}

func TestHeadersThatAreTooLargeAreRefused(t *testing.T) {
	url, stop, done := serve(t, http.NotFoundHandler(), time.Second)
	request, _ := http.NewRequest(http.MethodGet, url, nil)
	request.Header.Set("X-Large", strings.Repeat("a", 32<<10))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d", response.StatusCode)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAStopThatRunsOutOfBudgetCutsOffAndIsStillAStop(t *testing.T) {
	entered := make(chan struct{})
	url, stop, done := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done() // longer than any budget
	}), 50*time.Millisecond)
	answered := make(chan error, 1)
	go func() {
		response, err := http.Get(url)
		if err == nil {
			response.Body.Close()
		}
		answered <- err
	}()
	<-entered
	stop()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("the stop ended with %v; an error would make the service manager start it again", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the stop never ended")
	}
	if err := <-answered; err == nil {
		t.Error("the request was answered, although it was cut off")
	}
}

func TestAListenerThatFailsIsAnError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	if err := Serve(t.Context(), NewServer(http.NotFoundHandler(), quiet), listener, time.Second, quiet); err == nil {
		t.Error("no error from a closed listener")
	}
}
