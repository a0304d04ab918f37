package web

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var quiet = slog.New(slog.DiscardHandler)

func get(handler http.Handler, path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	return answer
}

func TestAPanicBecomesA500AndALogEntry(t *testing.T) {
	var log bytes.Buffer
	handler := Recover(slog.New(slog.NewJSONHandler(&log, nil)), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("secret detail")
	}))
	answer := get(handler, "/boom")
	if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "secret detail") {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
	for _, want := range []string{"secret detail", "/boom", "web_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q: %s", want, log.String())
		}
	}
}

func TestAPanicInTheMiddleOfAnAnswerCutsTheConnection(t *testing.T) {
	server := httptest.NewServer(Recover(quiet, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half")
		_ = http.NewResponseController(w).Flush()
		panic("late")
	})))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read %q, %v; want an unexpected end", body, err)
	}
}

func TestAValueThatCannotBeEncodedIsA500(t *testing.T) {
	answer := get(Recover(quiet, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		JSON(w, http.StatusOK, func() {})
	})), "/")
	if answer.Code != http.StatusInternalServerError {
		t.Errorf("%d", answer.Code)
	}
}

func TestRequestsAreCountedByRouteAndCode(t *testing.T) {
	metrics := NewMetrics(Build{Version: "1.4.2", Commit: "abc", GoVersion: "go1.26"})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("id") == "boom" {
			panic("boom")
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.Handle("GET /metrics", metrics.Handler())
	var log bytes.Buffer
	debug := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	handler := metrics.Observe(debug, Recover(quiet, mux))

	for _, path := range []string{"/orders/1", "/orders/2", "/orders/boom", "/wp-admin", "/.env"} {
		get(handler, path)
	}
	scraped := get(handler, "/metrics").Body.String()
	for _, want := range []string{
		`http_requests_total{code="204",route="GET /orders/{id}"} 2`,
		`http_requests_total{code="500",route="GET /orders/{id}"} 1`,
		`http_requests_total{code="404",route="none"} 2`,
		`http_request_duration_seconds_count{route="GET /orders/{id}"} 3`,
		`http_requests_in_flight 1`, // the scrape itself
		`orders_build_info{commit="abc",goversion="go1.26",version="1.4.2"} 1`,
		`go_goroutines`,
	} {
		if !strings.Contains(scraped, want) {
			t.Errorf("no %s in\n%s", want, scraped)
		}
	}
	if strings.Contains(scraped, "wp-admin") {
		t.Error("a path of a client became a label")
	}
	if !strings.Contains(log.String(), `"path":"/wp-admin","route":"none","code":404`) {
		t.Errorf("access log: %s", log.String())
	}
}

func TestTheAccessLogIsSilentAboveDebug(t *testing.T) {
	var log bytes.Buffer
	info := slog.New(slog.NewJSONHandler(&log, nil))
	get(NewMetrics(Build{}).Observe(info, http.NotFoundHandler()), "/")
	if log.Len() != 0 {
		t.Errorf("logged %s", log.String())
	}
}

func TestDrainingAsksClientsToLeave(t *testing.T) {
	for _, draining := range []bool{true, false} {
		answer := get(CloseWhile(func() bool { return draining }, http.NotFoundHandler()), "/")
		if closes := answer.Header().Get("Connection") == "close"; closes != draining {
			t.Errorf("draining %v: Connection %q", draining, answer.Header().Get("Connection"))
		}
	}
}
