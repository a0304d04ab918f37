package health

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func probe(t *testing.T, address string) error {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return ProbeOf(target)(t.Context())
}

func TestHTTPIsUpBelow400(t *testing.T) {
	for code, up := range map[int]bool{200: true, 204: true, 302: true, 400: false, 404: false, 503: false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://127.0.0.1:1/") // must not be followed
			w.WriteHeader(code)
		}))
		if err := probe(t, server.URL); (err == nil) != up {
			t.Errorf("%d: up %v, error %v", code, up, err)
		}
		server.Close()
	}
}

func TestTCPIsUpWhenItAcceptsAConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "tcp://" + listener.Addr().String()
	if err := probe(t, address); err != nil {
		t.Errorf("while it listens: %v", err)
	}
	listener.Close()
	if err := probe(t, address); err == nil {
		t.Error("up although nobody listens")
	}
}

func TestAnHTTPErrorDoesNotRepeatTheQuery(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	if err := probe(t, "http://"+address+"/?token=hunter2"); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
