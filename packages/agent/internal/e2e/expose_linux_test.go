package e2e

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// reachable declares that clients of these sources are let in, and a source in the event log.
func reachable(sources ...string) func(*spec.AgentSpec) {
	return func(s *spec.AgentSpec) {
		s.HostFirewall = &spec.HostFirewall{Rules: []hostfirewall.Rule{
			{Name: "clients", Protocol: "Tcp", Port: s.Service.Port, Sources: append([]string{}, sources...)},
		}}
		s.EventSource = "Orders"
	}
}

// exposed is what stands on the machine for the service: the sources of its clients, and its event sources.
func (h *host) exposed() (clients, sources []string) {
	h.t.Helper()
	var rules []hostfirewall.Rule
	for file, value := range map[string]any{"firewall": &rules, "event-sources": &sources} {
		text, err := os.ReadFile(filepath.Join(h.root, "host", file, "orders.json"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(text, value)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	for _, rule := range rules {
		clients = append(clients, rule.Sources...)
	}
	return clients, sources
}

func (h *host) mustExpose(clients, sources string) {
	h.t.Helper()
	if gotClients, gotSources := h.exposed(); strings.Join(gotClients, " ") != clients || strings.Join(gotSources, " ") != sources {
		h.t.Errorf("let in are %q under the event sources %q, want %q and %q", gotClients, gotSources, clients, sources)
	}
}

func TestAServiceIsExposedAsLongAsItIsInstalled(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", reachable("10.0.0.0/8")), exitcode.OK)
	h.mustExpose("10.0.0.0/8", "Orders")
	before := h.serves("1.0.0")

	r := h.install(h.document("1.0.0", reachable("10.0.0.0/8", "192.0.2.1")), exitcode.OK)
	if after := h.serves("1.0.0"); after.PID != before.PID || !strings.Contains(r.stdout, "without a restart") {
		t.Errorf("got %+v after %+v: %s", after, before, r.stdout)
	}
	h.mustExpose("10.0.0.0/8 192.0.2.1", "Orders")

	h.install(h.document("1.1.0"), exitcode.OK)
	h.mustExpose("", "")
	h.operate(exitcode.OK, "rollback")
	h.mustExpose("10.0.0.0/8 192.0.2.1", "Orders")
	h.operate(exitcode.OK, "uninstall")
	h.mustExpose("", "")
}

func TestARuleThatSomebodyRemovedComesBackWithoutARestart(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", reachable("10.0.0.0/8")), exitcode.OK)
	before := h.serves("1.0.0")
	if err := os.RemoveAll(filepath.Join(h.root, "host")); err != nil {
		t.Fatal(err)
	}
	h.install(h.document("1.0.0", reachable("10.0.0.0/8")), exitcode.OK)
	h.mustExpose("10.0.0.0/8", "Orders")
	if after := h.serves("1.0.0"); after.PID != before.PID {
		t.Errorf("process %d became %d", before.PID, after.PID)
	}
}

func TestAFailedReleaseTakesItsExposureWithIt(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", reachable("10.0.0.0/8"), mode("unhealthy")), exitcode.FirstInstallGone)
	h.mustExpose("", "")
	h.install(h.document("1.0.1", reachable("10.0.0.0/8")), exitcode.OK)
	h.install(h.document("1.1.0", reachable("0.0.0.0/0"), mode("unhealthy")), exitcode.RolledBack)
	h.mustExpose("10.0.0.0/8", "Orders")
}

func TestAKilledReleaseTakesItsExposureWithIt(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", reachable("10.0.0.0/8")), exitcode.OK)
	h.crash("after expose", h.document("1.1.0", reachable("0.0.0.0/0")))
	h.mustExpose("0.0.0.0/0", "Orders")
	h.recovered("1.0.0")
	h.mustExpose("10.0.0.0/8", "Orders")
}
