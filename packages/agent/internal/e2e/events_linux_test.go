package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// azure announces events on the metadata address.
type azure struct {
	mu       sync.Mutex
	event    string // its type; empty for none
	approved []string
}

func (a *azure) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case r.Header.Get("Metadata") != "true":
		w.WriteHeader(http.StatusBadRequest)
	case r.URL.Path == "/metadata/instance/compute":
		fmt.Fprint(w, `{"name":"vm-1"}`)
	case r.URL.Path != "/metadata/scheduledevents":
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodPost:
		var body struct{ StartRequests []struct{ EventID string } }
		_ = json.NewDecoder(r.Body).Decode(&body)
		for _, start := range body.StartRequests {
			a.approved = append(a.approved, start.EventID)
		}
	case a.event == "":
		fmt.Fprint(w, `{"DocumentIncarnation":1,"Events":[]}`)
	default:
		fmt.Fprintf(w, `{"DocumentIncarnation":2,"Events":[{"EventId":"e-%[1]s","EventType":%[1]q,"ResourceType":"VirtualMachine",
			"Resources":["vm-1"],"EventStatus":"Scheduled","NotBefore":%[2]q,"Description":"","EventSource":"User","DurationInSeconds":-1}]}`,
			a.event, time.Now().Add(10*time.Minute).UTC().Format(http.TimeFormat))
	}
}

func (a *azure) announce(event string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.event = event
}

func (a *azure) has(approval string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Contains(a.approved, approval)
}

func TestScheduledEventsDrainStopAndBringBack(t *testing.T) {
	a := &azure{}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	h := newHostWith(t, "WINDOWS_HA_METADATA_ADDRESS="+server.URL)
	h.install(h.document("1.0.0", watched), exitcode.OK)

	a.announce("Reboot")
	h.eventually("the reboot is approved", func() bool { return a.has("e-Reboot") })
	if s := h.status(); !s.Draining || !s.Running || h.answer("/ready") != http.StatusServiceUnavailable {
		t.Errorf("before a reboot: %+v", s)
	}
	h.powerCut()
	h.boot()
	a.announce("")
	h.eventually("it serves after the reboot", func() bool { return h.answer("/ready") == http.StatusOK })

	a.announce("Terminate")
	h.eventually("the deletion is approved", func() bool { return a.has("e-Terminate") })
	if s := h.status(); s.Running {
		t.Errorf("before a deletion the service still runs: %+v", s)
	}
	a.announce("") // called off
	h.eventually("it serves after the deletion was called off", func() bool { return h.answer("/ready") == http.StatusOK })

	if r := h.run(h.command("drain")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	a.announce("Redeploy")
	h.eventually("the move is approved", func() bool { return a.has("e-Redeploy") })
	a.announce("")
	h.eventually("the event is forgotten", func() bool { return len(h.resident().ScheduledEvents.Handling) == 0 })
	if !h.status().Draining {
		t.Error("the drain that a person asked for was taken back")
	}
}

func TestAMachineWhoseServicesDontWantEventsDoesntAskForThem(t *testing.T) {
	a := &azure{}
	asked := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		a.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	h := newHostWith(t, "WINDOWS_HA_METADATA_ADDRESS="+server.URL)
	a.announce("Reboot")
	h.install(h.document("1.0.0", watched, func(s *spec.AgentSpec) { s.Resident.ScheduledEvents.Enabled = false }), exitcode.OK)
	time.Sleep(2500 * time.Millisecond)
	if len(asked) > 0 || h.status().Draining {
		t.Errorf("asked for %s", <-asked)
	}
}
