package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// console declares that the program is no service itself.
func console(s *spec.AgentSpec) { s.Service.Mode = "console" }

// printed is what the wrapped service wrote to its standard output.
func (h *host) printed() string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.root, "logs", "orders", "stdout.log"))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// servesWrapped checks that a version is in place whose program runs under the agent.
func (h *host) servesWrapped(version string) (service, program int) {
	h.t.Helper()
	s, seen := h.status(), h.whoami()
	if s.Version != version || !s.Healthy || s.Interrupted || seen.PID == 0 || seen.PID == s.PID {
		h.t.Fatalf("want a healthy, wrapped %s, got %+v with process %d", version, s, seen.PID)
	}
	return s.PID, seen.PID
}

func TestAConsoleProgramIsInstalledUpgradedAndRolledBackAsAServiceIs(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", console), exitcode.OK)
	_, first := h.servesWrapped("1.0.0")
	if again := h.install(h.document("1.0.0", console), exitcode.OK); !strings.Contains(again.stdout, "nothing was touched") {
		t.Errorf("an unchanged installation did something: %s", again.stdout)
	}
	h.install(h.document("1.1.0", console), exitcode.OK)
	_, second := h.servesWrapped("1.1.0")
	if alive(first) {
		t.Errorf("process %d of the former release is left", first)
	}
	// From wrapped to a service of its own, and back.
	h.install(h.document("1.2.0"), exitcode.OK)
	h.serves("1.2.0")
	if alive(second) {
		t.Errorf("process %d of the former release is left", second)
	}
	if r := h.run(h.command("rollback")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.servesWrapped("1.1.0")
	r := h.install(h.document("1.3.0", console, mode("crash")), exitcode.RolledBack)
	if !strings.Contains(r.stderr, filepath.Join(h.root, "logs", "orders")) || !strings.Contains(h.printed(), "crashing as told") {
		t.Errorf("the reason isn't shown where the agent says:\n%s", r.stderr)
	}
	h.servesWrapped("1.1.0")
	h.settled()
}

func TestTheExitCodeOfAConsoleProgramIsWhatTheServiceManagerCounts(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", console), exitcode.OK)
	service, program := h.servesWrapped("1.0.0")
	if err := syscall.Kill(program, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	h.eventually("the service manager has started it again", func() bool {
		s := h.status()
		return s.Healthy && s.PID != service
	})
	h.servesWrapped("1.0.0")
	crashes, _ := filepath.Glob(filepath.Join(h.root, "logs", "orders", "crash-*.log"))
	if len(crashes) != 1 {
		t.Errorf("the crash wasn't kept: %q", crashes)
	}
}

func TestNothingOfAConsoleProgramOutlivesItsWrapper(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", console, mode("parent")), exitcode.OK)
	service, program := h.servesWrapped("1.0.0")
	var child int
	if _, err := fmt.Sscanf(h.printed(), "child %d", &child); err != nil || !alive(child) {
		t.Fatalf("no child: %q", h.printed())
	}
	if err := syscall.Kill(service, syscall.SIGKILL); err != nil { // as a hung service is, and in a crash
		t.Fatal(err)
	}
	h.eventually("program and child have gone with the wrapper", func() bool { return !alive(program) && !alive(child) })
	h.eventually("the service manager has started it again", func() bool { return h.answer("/health") == http.StatusOK })
	if r := h.run(h.command("uninstall")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
}

func TestAFrozenConsoleProgramIsRestarted(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", console, watched), exitcode.OK)
	service, program := h.servesWrapped("1.0.0")
	h.eventually("the watchdog has seen it", func() bool { return h.resident().PID != 0 })
	h.freeze(program)
	h.eventually("another wrapper runs", func() bool { pid := h.status().PID; return pid != 0 && pid != service })
	h.eventually("another process answers", func() bool { return h.answerWithin("/health", time.Second) == http.StatusOK })
	h.servesWrapped("1.0.0")
	h.eventually("the frozen program has gone", func() bool { return !alive(program) })
}

func TestAPowerCutInAnUpgradeOfAConsoleProgramIsPutRight(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", console, watched), exitcode.OK)
	h.crash("after commit", h.document("1.1.0", console, watched))
	h.powerCut()
	h.boot()
	h.eventually("the former release serves", func() bool { return !h.status().Interrupted && h.status().Healthy })
	h.servesWrapped("1.0.0")
	h.settled()
}
