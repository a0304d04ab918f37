package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

func admittedBy(path string, wait spec.Seconds) func(*spec.AgentSpec) {
	return func(s *spec.AgentSpec) {
		s.Health.Deadline, s.Health.Admission = 2, &spec.Admission{Path: path, Wait: wait}
	}
}

func TestAnUpgradeEndsWhenTheBalancerBelievesThatTheMachineIsReady(t *testing.T) {
	h := newHost(t)
	began := time.Now()
	h.install(h.document("1.0.0", admittedBy("/ready", 30)), exitcode.OK)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("a first installation waited for connections that nobody else gets: %v", took)
	}
	began = time.Now()
	r := h.install(h.document("1.1.0", admittedBy("/ready", 3)), exitcode.OK)
	if took := time.Since(began); took < 3*time.Second || !strings.Contains(r.stderr, "waiting for new connections") {
		t.Errorf("took %v\n%s", took, r.stderr)
	}
	h.serves("1.1.0")
}

func TestAReleaseThatLivesButGetsNoConnectionsIsRolledBack(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	r := h.install(h.document("1.1.0", admittedBy("/nothing", 1)), exitcode.RolledBack)
	for _, part := range []string{`at the step "admission"`, "the balancer would send it no connections", "/nothing answered 404", "the former release 1.0.0-"} {
		if !strings.Contains(r.stderr, part) {
			t.Errorf("%q is missing:\n%s", part, r.stderr)
		}
	}
	h.serves("1.0.0")
}

func TestABadReleaseIsNeverReadyInAnUpgrade(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	process := h.serves("1.0.0").PID
	done := make(chan result, 1)
	command := h.installCommand(h.document("1.1.0", mode("unhealthy"), admittedBy("/ready", 1)))
	go func() { done <- h.run(command) }()
	h.eventually("the bad release runs", func() bool { s := h.status(); return s.PID != 0 && s.PID != process })
	for s := h.status(); s.Version == "1.1.0" && s.Running; s = h.status() {
		if code := h.answer("/ready"); code == 200 && h.status().Version == "1.1.0" {
			t.Error("it is ready before it is healthy")
			break
		}
	}
	if r := <-done; r.code != exitcode.RolledBack {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
	h.serves("1.0.0")
	if code := h.answer("/ready"); code != 200 {
		t.Errorf("/ready answers %d after the way back", code)
	}
}
