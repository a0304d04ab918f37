package scheduledevents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// azure is a metadata service with the protocol's own rules.
type azure struct {
	*httptest.Server
	mu       sync.Mutex
	events   []Event
	approved []string
	down     bool
}

func newAzure(t *testing.T) *azure {
	a := &azure{}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *azure) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch version := r.URL.Query().Get("api-version"); {
	case a.down:
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Header.Get("Metadata") != "true" || r.Header.Get("X-Forwarded-For") != "":
		w.WriteHeader(http.StatusBadRequest)
	case r.URL.Path == "/metadata/instance/compute" && version != "":
		fmt.Fprint(w, `{"name":"orders_vm_1"}`)
	case r.URL.Path != "/metadata/scheduledevents" || version != "2020-07-01":
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodPost:
		var body struct{ StartRequests []struct{ EventID string } }
		text, _ := io.ReadAll(r.Body)
		if json.Unmarshal(text, &body) != nil || len(body.StartRequests) == 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, start := range body.StartRequests {
			a.approved = append(a.approved, start.EventID)
			for n := range a.events {
				if a.events[n].EventID == start.EventID {
					a.events[n].EventStatus, a.events[n].NotBefore = "Started", ""
				}
			}
		}
	default:
		_ = json.NewEncoder(w).Encode(Document{Incarnation: len(a.events) + 1, Events: a.events})
	}
}

func (a *azure) announce(events ...Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = events
}

func event(id, kind string, resources ...string) Event {
	return Event{EventID: id, EventType: kind, Resources: resources, EventStatus: "Scheduled",
		NotBefore: time.Now().Add(5 * time.Minute).UTC().Format(http.TimeFormat)}
}

// services write down what they are told.
type services struct {
	calls []string
	fail  error
}

func (s *services) Prepare(_ context.Context, deadline time.Time, stop bool) error {
	s.calls = append(s.calls, fmt.Sprintf("prepare stop=%t deadline=%t", stop, !deadline.IsZero()))
	return s.fail
}

func (s *services) Resume(context.Context) error {
	s.calls = append(s.calls, "resume")
	return nil
}

type machine struct {
	*azure
	*services
	watcher *Watcher
	now     time.Time
}

func newMachine(t *testing.T) *machine {
	m := &machine{azure: newAzure(t), services: &services{}, now: time.Now()}
	m.restart(filepath.Join(t.TempDir(), "events.json"))
	return m
}

func (m *machine) restart(file string) {
	m.watcher = &Watcher{
		Client: NewClient(m.URL), Services: m.services, Machine: "COMPUTER-1", File: file,
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return m.now },
	}
}

func (m *machine) step(t *testing.T) {
	t.Helper()
	if err := m.watcher.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (m *machine) want(t *testing.T, calls []string, approved []string) {
	t.Helper()
	if !slices.Equal(m.calls, calls) || !slices.Equal(m.approved, approved) {
		t.Errorf("got %q and approvals %q, want %q and %q", m.calls, m.approved, calls, approved)
	}
}

func TestEachTypeOfEventGetsItsAction(t *testing.T) {
	for kind, prepared := range map[string]string{
		"Reboot": "prepare stop=false deadline=true", "Redeploy": "prepare stop=false deadline=true",
		"Terminate": "prepare stop=true deadline=true", "Preempt": "prepare stop=true deadline=true",
	} {
		t.Run(kind, func(t *testing.T) {
			m := newMachine(t)
			m.announce(event("e1", kind, "ORDERS_VM_1"))
			m.step(t)
			m.step(t)
			m.want(t, []string{prepared}, []string{"e1"})
			m.announce()
			m.step(t)
			m.want(t, []string{prepared, "resume"}, []string{"e1"})
		})
	}
}

func TestWhatNeedsNothingGetsNothing(t *testing.T) {
	m := newMachine(t)
	m.announce(event("e1", "Freeze", "orders_vm_1"), event("e2", "Reboot", "orders_vm_2"), event("e3", "Reboot", "COMPUTER-1"))
	m.step(t)
	m.announce()
	m.step(t)
	m.want(t, nil, nil)
}

func TestAnEventOfSeveralMachinesIsPreparedForButNotApproved(t *testing.T) {
	m := newMachine(t)
	m.announce(event("e1", "Reboot", "orders_vm_1", "orders_vm_2"))
	m.step(t)
	m.step(t)
	m.want(t, []string{"prepare stop=false deadline=true"}, nil)
}

func TestARestartedAgentGoesOnWhereItWas(t *testing.T) {
	m := newMachine(t)
	m.announce(event("e1", "Reboot", "orders_vm_1"))
	m.fail = errors.New("cut off")
	if err := m.watcher.Step(t.Context()); err == nil {
		t.Fatal("the failure was swallowed")
	}
	m.want(t, []string{"prepare stop=false deadline=true"}, nil)
	m.fail = nil
	m.restart(m.watcher.File)
	m.step(t)
	m.want(t, []string{"prepare stop=false deadline=true", "prepare stop=false deadline=true"}, []string{"e1"})
	m.restart(m.watcher.File)
	m.step(t) // the event has begun
	m.announce()
	m.restart(m.watcher.File)
	m.step(t)
	m.want(t, []string{"prepare stop=false deadline=true", "prepare stop=false deadline=true", "resume"}, []string{"e1"})
}

func TestAnEventThatHasBegunIsPreparedForWithoutAnApproval(t *testing.T) {
	m := newMachine(t)
	e := event("e1", "Reboot", "orders_vm_1")
	e.EventStatus, e.NotBefore = "Started", ""
	m.announce(e)
	m.step(t)
	m.want(t, []string{"prepare stop=false deadline=false"}, nil)
}

func TestASilentMetadataServiceDoesntKeepServicesDrained(t *testing.T) {
	m := newMachine(t)
	m.announce(event("e1", "Reboot", "orders_vm_1"))
	m.step(t)
	m.down = true
	m.step(t)
	if m.watcher.Status().Problem == "" {
		t.Error("the status shows no problem")
	}
	m.now = m.now.Add(patience / 2)
	m.step(t)
	m.want(t, []string{"prepare stop=false deadline=true"}, []string{"e1"})
	m.now = m.now.Add(patience)
	m.step(t)
	m.want(t, []string{"prepare stop=false deadline=true", "resume"}, []string{"e1"})
}
