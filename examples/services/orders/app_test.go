package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
)

var quiet = slog.New(slog.DiscardHandler)

type running struct {
	url  string
	stop context.CancelFunc
	done chan error
}

// begin starts the whole service on a free port of loopback; it ends with the test at the latest.
func begin(t *testing.T, config settings.Settings) *running {
	t.Helper()
	config.Address, config.Machine, config.Capacity = "127.0.0.1:0", "vm-1", 10
	ctx, stop := context.WithCancel(context.Background())
	r := &running{stop: stop, done: make(chan error, 1)}
	address := make(chan net.Addr, 1)
	go func() {
		r.done <- serve(ctx, config, quiet, func(a net.Addr) { address <- a })
		close(r.done)
	}()
	select {
	case a := <-address:
		r.url = "http://" + a.String()
	case err := <-r.done:
		t.Fatalf("the service ended at once: %v", err)
	case <-time.After(20 * time.Second):
		t.Fatal("the service doesn't listen")
	}
	t.Cleanup(func() { stop(); r.ended(t) })
	return r
}

func (r *running) ended(t *testing.T) {
	t.Helper()
	select {
	case err := <-r.done:
		if err != nil {
			t.Errorf("the service ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the service did not end")
	}
}

func (r *running) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	response, err := http.Get(r.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestAllEndpointsAnswer(t *testing.T) {
	service := begin(t, settings.Settings{})
	tests := []struct {
		path string
		code int
		want string
	}{
		{"/health", 200, `"ApplicationHealthState":"Healthy"`},
		{"/ready", 200, `"ready"`},
		{"/health/deps", 200, `"dependencies":[]`},
		{"/version", 200, `"version":"0.0.0-dev"`},
		{"/orders", 200, `"machine":"vm-1"`},
		{"/metrics", 200, "orders_build_info"},
		{"/debug/pprof/", 404, "not found"},
		{"/", 404, "not found"},
	}
	for _, test := range tests {
		if response, body := service.get(t, test.path); response.StatusCode != test.code || !strings.Contains(body, test.want) {
			t.Errorf("%s: %d %s", test.path, response.StatusCode, body)
		}
	}
}

func TestADrainTurnsReadyOnlyAndClosesConnections(t *testing.T) {
	drainFile := filepath.Join(t.TempDir(), "drain")
	service := begin(t, settings.Settings{DrainFile: drainFile})
	check := func(ready int, closes bool) {
		t.Helper()
		for path, code := range map[string]int{"/ready": ready, "/health": 200, "/health/deps": 200, "/orders": 200, "/nowhere": 404} {
			response, body := service.get(t, path)
			if response.StatusCode != code || response.Close != closes {
				t.Errorf("%s: %d (close %v) %s; want %d (close %v)", path, response.StatusCode, response.Close, body, code, closes)
			}
		}
	}
	check(200, false)
	if err := os.WriteFile(drainFile, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check(503, true)
	if err := os.Remove(drainFile); err != nil {
		t.Fatal(err)
	}
	check(200, false)
}

func TestAStopFinishesTheRequestInFlight(t *testing.T) {
	service := begin(t, settings.Settings{})
	body, writer := io.Pipe()
	answered := make(chan *http.Response, 1)
	go func() {
		response, err := http.Post(service.url+"/orders", "application/json", body)
		if err != nil {
			t.Errorf("the request in flight failed: %v", err)
		}
		answered <- response
	}()
	if _, err := io.WriteString(writer, `{"customer":"Ada",`); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the request to be in flight", func() bool {
		_, metrics := service.get(t, "/metrics")
		return strings.Contains(metrics, "http_requests_in_flight 2") // it and the scrape
	})

	service.stop()
	waitFor(t, "new connections to be refused", func() bool {
		connection, err := net.Dial("tcp", strings.TrimPrefix(service.url, "http://"))
		if err == nil {
			connection.Close()
		}
		return err != nil
	})
	select {
	case err := <-service.done:
		t.Fatalf("the service ended before the request did: %v", err)
	case <-time.After(200 * time.Millisecond):
	}

	_, _ = io.WriteString(writer, `"items":[{"sku":"A-1","quantity":1}]}`)
	writer.Close()
	response := <-answered
	if response == nil {
		t.FailNow()
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated || !response.Close {
		t.Errorf("%d, close %v; want 201 and a closed connection", response.StatusCode, response.Close)
	}
	service.ended(t)
}

func TestABodyThatIsTooLargeClosesTheConnection(t *testing.T) {
	service := begin(t, settings.Settings{})
	response, err := http.Post(service.url+"/orders", "application/json", strings.NewReader(`{"customer":"`+strings.Repeat("a", 128<<10)))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge || !response.Close {
		t.Errorf("%d, close %v", response.StatusCode, response.Close)
	}
}

func TestReadinessWaitsForADependencyAndKeepsWhatItSaw(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config, err := settings.Load(settings.Source{
		Getenv: func(name string) string {
			return map[string]string{"ORDERS_DEPENDENCIES": "db=tcp://" + listener.Addr().String()}[name]
		},
		Hostname: os.Hostname,
	})
	if err != nil {
		t.Fatal(err)
	}
	service := begin(t, config)
	waitFor(t, "readiness", func() bool {
		response, _ := service.get(t, "/ready")
		return response.StatusCode == http.StatusOK
	})
	listener.Close()
	if response, body := service.get(t, "/ready"); response.StatusCode != http.StatusOK {
		t.Errorf("%d %s after the dependency went away", response.StatusCode, body)
	}
}

func TestATakenPortIsNamedWithTheWayOut(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	err = serve(t.Context(), settings.Settings{Address: listener.Addr().String()}, quiet, func(net.Addr) { t.Error("listens") })
	if err == nil || !strings.Contains(err.Error(), listener.Addr().String()) || !strings.Contains(err.Error(), "WINDOWS_HA_ADDRESS") {
		t.Errorf("got %v", err)
	}
}

func TestLogEntriesSayWhoWroteThem(t *testing.T) {
	logFile := filepath.Join(t.TempDir(), "orders.log")
	environment := map[string]string{"LOG_FILE": logFile, "ORDERS_FAULT": "exit", "WINDOWS_HA_MACHINE": "vm-7"}
	var stdout bytes.Buffer
	err := start(t.Context(), settings.Source{Getenv: func(name string) string { return environment[name] }, Hostname: os.Hostname}, &stdout)
	if err == nil {
		t.Fatal("ORDERS_FAULT=exit did not fail")
	}
	log, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}
	if stdout.Len() != 0 {
		t.Errorf("wrote to stdout beside LOG_FILE: %s", stdout.String())
	}
	for line := range strings.Lines(string(log)) {
		var entry struct{ Service, Version, Machine string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Service != "orders" || entry.Version != version || entry.Machine != "vm-7" {
			t.Errorf("%v: %s", err, line)
		}
	}
	if !strings.Contains(string(log), "ORDERS_FAULT=exit") {
		t.Errorf("the log does not say why the service failed: %s", log)
	}
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited 10 s for %s", what)
}
