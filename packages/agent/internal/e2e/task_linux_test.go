package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// task declares a program that runs again and again; the mode says what it does.
func task(behaviour string) func(*spec.AgentSpec) {
	return func(s *spec.AgentSpec) {
		s.Service.Mode, s.Service.Port = "scheduledTask", 0
		s.Service.Schedule = &schedule.Schedule{Interval: 0.5, TimeLimit: 600}
		s.Service.Environment["TESTSERVICE_MODE"] = behaviour
	}
}

// runs is the task's record as `status --json` shows it.
func (h *host) runs() schedule.Record {
	h.t.Helper()
	s := h.status()
	if s.Task == nil || !s.Healthy || s.PID != s.Task.PID {
		h.t.Fatalf("no task is kept: %+v", s)
	}
	return *s.Task
}

func TestATaskRunsByItsScheduleAndKeepsItsResults(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", task("task")), exitcode.OK)
	h.eventually("a run has ended well", func() bool { last := h.runs().Last; return last != nil && last.Result == schedule.Succeeded })
	if !strings.Contains(h.printed(), "done by 1.0.0\n") {
		t.Errorf("printed %q", h.printed())
	}
	if again := h.install(h.document("1.0.0", task("task")), exitcode.OK); !strings.Contains(again.stdout, "nothing was touched") {
		t.Errorf("an unchanged installation did something: %s", again.stdout)
	}
	h.eventually("a run was left out, as each takes longer than the interval", func() bool { return h.runs().Skipped > 0 })

	h.install(h.document("1.1.0", task("crash")), exitcode.OK)
	h.eventually("a run has failed", func() bool { last := h.runs().Last; return last.Result == schedule.Failed && last.ExitCode == 3 })
	logs := filepath.Join(h.root, "logs", "orders")
	if crashes, _ := filepath.Glob(filepath.Join(logs, "crash-*.log")); len(crashes) == 0 {
		t.Error("the crash wasn't kept")
	}
	if text, _ := os.ReadFile(filepath.Join(logs, "stderr.log")); !strings.Contains(string(text), "failed: exit code 3 (0x3)") {
		t.Errorf("stderr.log holds %q", text)
	}
	if r := h.run(h.command("rollback")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.eventually("the former release runs again", func() bool {
		last := h.runs().Last
		return last.Result == schedule.Succeeded && strings.HasPrefix(last.Release, "1.0.0-")
	})
	h.settled()
	if r := h.run(h.command("uninstall")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	if _, err := os.Stat(filepath.Join(logs, "task.json")); !os.IsNotExist(err) {
		t.Errorf("the former schedule is left: %v", err)
	}
}

func TestAnUpgradeWaitsForTheEndOfARunAndEndsNone(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", task("task")), exitcode.OK)
	h.eventually("a run goes on", func() bool { return h.runs().Running != nil })
	h.install(h.document("1.1.0", task(""), func(s *spec.AgentSpec) { s.Stop.Stop = 1 }), exitcode.OK)
	if text, _ := os.ReadFile(filepath.Join(h.root, "logs", "orders", "stderr.log")); len(text) > 0 {
		t.Errorf("a run wasn't good: %s", text)
	}
	h.eventually("the new release's run goes on", func() bool { return h.runs().Running != nil })
	before := h.runs()

	// This one never ends by itself.
	refused := h.install(h.document("1.2.0", task("task")), exitcode.Busy)
	if !strings.Contains(refused.stderr, "goes on after 1s") || !strings.Contains(refused.stderr, "serves as before") {
		t.Errorf("the reason isn't said: %s", refused.stderr)
	}
	if s := h.status(); s.Version != "1.1.0" || s.Draining || s.PID != before.PID || *s.Task.Running != *before.Running {
		t.Errorf("the run was disturbed: %+v, it was %+v", s, before)
	}
	h.settled()
}

func TestARunThatIsCutOffIsSaidAndTheNextOneComes(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", task("")), exitcode.OK)
	h.eventually("a run goes on", func() bool { return h.runs().Running != nil })
	if err := syscall.Kill(h.runs().PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	h.eventually("the service manager has started it again", func() bool {
		s := h.status()
		return s.Healthy && s.Task.Last != nil && s.Task.Last.Result == schedule.Interrupted && s.Task.Running != nil
	})
	h.powerCut()
	h.boot()
	h.eventually("it is kept after the power cut", func() bool { s := h.status(); return s.Healthy && s.Task.Running != nil })
}

func TestATaskComesBackWhenItsSuccessorDoesNotGetHealthy(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", task("task")), exitcode.OK)
	h.install(h.document("1.1.0", console, mode("crash")), exitcode.RolledBack)
	h.eventually("the task runs again", func() bool {
		s := h.status()
		return s.Version == "1.0.0" && s.Healthy && s.Task.Last != nil && s.Task.Last.Result == schedule.Succeeded
	})
	h.settled()
}

func TestAnInterruptedUpgradeOfATaskIsPutRight(t *testing.T) {
	for _, point := range []string{"after drain", "after stop", "after commit", "after start"} {
		t.Run(point, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0", task("task")), exitcode.OK)
			h.crash(point, h.document("1.1.0", task("task")))
			h.install(h.document("1.1.0", task("task")), exitcode.OK)
			h.eventually("the new release runs", func() bool {
				last := h.runs().Last
				return last != nil && last.Result == schedule.Succeeded && strings.HasPrefix(last.Release, "1.1.0-")
			})
			h.settled()
		})
	}
}

func TestTheAgentAnswersForATaskWhileItsScheduleIsKept(t *testing.T) {
	h := newHost(t)
	port := freeport.Of(t)
	h.install(h.document("1.0.0", answeredFor(port), task("task")), exitcode.OK)
	h.eventually("alive", func() bool { code, _ := h.asked(port, "/health"); return code == 200 })
	h.eventually("ready", func() bool { code, _ := h.asked(port, "/ready"); return code == 200 })
	if r := h.run(h.command("drain")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.eventually("not ready while it is drained", func() bool { code, _ := h.asked(port, "/ready"); return code == 503 })
	h.eventually("no run goes on", func() bool { return h.runs().Running == nil })
	if r := h.run(h.command("undrain")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.eventually("the next run goes on", func() bool { return h.runs().Running != nil })
}
