package health

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// gate asks a server whose n-th answer, beginning with 1, the test chooses.
func gate(t *testing.T, answer func(n int) int) (Gate, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := answer(int(asked.Add(1)))
		if status == 0 {
			<-r.Context().Done()
			return
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return Gate{URL: server.URL, Interval: 10 * time.Millisecond, Timeout: 100 * time.Millisecond, Deadline: 400 * time.Millisecond, Successes: 3}, &asked
}

func process(pid int) func(context.Context) (int, error) {
	return func(context.Context) (int, error) { return pid, nil }
}

func TestEnoughHealthyAnswersInARowPass(t *testing.T) {
	// 503, 200, 200, 503, 200, 200, 200
	g, asked := gate(t, func(n int) int {
		if n == 1 || n == 4 {
			return 503
		}
		return 204
	})
	g.Deadline = 5 * time.Second
	if err := g.Wait(t.Context(), process(7)); err != nil || asked.Load() != 7 {
		t.Errorf("after %d questions: %v", asked.Load(), err)
	}
}

func TestWhatIsNotHealthyFailsAtTheDeadlineAndSaysWhy(t *testing.T) {
	for name, row := range map[string]struct {
		answer func(int) int
		pid    func(context.Context) (int, error)
		says   string
	}{
		"an error status":          {func(int) int { return 500 }, process(7), "answered 500"},
		"a redirect":               {func(int) int { return 302 }, process(7), "answered 302"},
		"no answer in time":        {func(int) int { return 0 }, process(7), "did not answer within"},
		"never three in a row":     {func(n int) int { return []int{503, 200, 200}[n%3] }, process(7), "503"},
		"no process":               {func(int) int { return 200 }, process(0), "the process has ended"},
		"an unreachable manager":   {func(int) int { return 200 }, func(context.Context) (int, error) { return 0, errors.New("no manager") }, "no manager"},
		"another process each ask": {func(int) int { return 200 }, restarting(), "ended while it was asked"},
	} {
		t.Run(name, func(t *testing.T) {
			g, _ := gate(t, row.answer)
			err := g.Wait(t.Context(), row.pid)
			if err == nil || !strings.Contains(err.Error(), "not healthy within 400ms") || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func restarting() func(context.Context) (int, error) {
	pid := 0
	return func(context.Context) (int, error) { pid++; return pid, nil }
}

func TestAnswersOfTwoProcessesAreNotAddedUp(t *testing.T) {
	g, asked := gate(t, func(int) int { return 200 })
	g.Deadline = 5 * time.Second
	// The process changes after the second healthy answer: three more are needed.
	pid := func(context.Context) (int, error) {
		if asked.Load() >= 2 {
			return 8, nil
		}
		return 7, nil
	}
	if err := g.Wait(t.Context(), pid); err != nil || asked.Load() < 5 {
		t.Errorf("after %d questions: %v", asked.Load(), err)
	}
}

func TestASignalEndsTheWaiting(t *testing.T) {
	g, _ := gate(t, func(int) int { return 503 })
	g.Deadline = time.Minute
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("terminated")
	time.AfterFunc(50*time.Millisecond, func() { cancel(cause) })
	if err := g.Wait(ctx, process(7)); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestAServiceThatAnswersByTLSIsAskedWithoutACheckOfItsCertificate(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	if err := (Gate{URL: server.URL, Timeout: time.Second}).Ask(t.Context()); err != nil {
		t.Error(err)
	}
	plain := Gate{URL: strings.Replace(server.URL, "https:", "http:", 1), Timeout: time.Second}
	if err := plain.Ask(t.Context()); err == nil || !strings.Contains(err.Error(), "400") {
		t.Errorf("asked plainly: %v", err)
	}
}

func TestAServiceWithoutEndpointIsHealthyWhileItTakesConnections(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := Gate{Address: listener.Addr().String(), Timeout: time.Second, Interval: time.Millisecond, Deadline: 5 * time.Second, Successes: 3}
	if err := g.Wait(t.Context(), process(7)); err != nil {
		t.Error(err)
	}
	listener.Close()
	if err := g.Ask(t.Context()); err == nil || !strings.Contains(err.Error(), g.Address+" takes no connection") {
		t.Errorf("got %v", err)
	}
	if g.Target() != "tcp://"+g.Address {
		t.Errorf("the target is %s", g.Target())
	}
	g.Address = "" // what nothing is known of has to live
	if err := g.Wait(t.Context(), process(7)); err != nil {
		t.Error(err)
	}
	g.Deadline = 50 * time.Millisecond
	if err := g.Wait(t.Context(), process(0)); err == nil {
		t.Error("no process passed")
	}
}
