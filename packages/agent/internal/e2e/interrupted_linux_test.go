package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

const killed exitcode.Code = -1

var (
	firstSteps   = []string{"secrets", "register", "expose", "start", "health", "record"}
	upgradeSteps = []string{"drain", "stop", "secrets", "commit", "configure", "expose", "start", "health", "announce", "admission", "record"}
)

// places are all places where a run can be killed around its steps; a short run takes the three that matter most.
func places(steps []string) []string {
	var all []string
	for _, step := range steps {
		if !testing.Short() {
			all = append(all, "before "+step)
		}
		if !testing.Short() || slices.Contains([]string{"stop", "commit", "start"}, step) {
			all = append(all, "after "+step)
		}
	}
	return all
}

// crash runs an installation that is killed at a place, without any chance to clean up.
func (h *host) crash(place string, s *spec.AgentSpec) {
	h.t.Helper()
	command := h.installCommand(s)
	command.Env = append(command.Env, "WINDOWS_HA_CRASH_AT="+place)
	if r := h.run(command); r.code != killed {
		h.t.Fatalf("the run was not killed %s but ended with exit code %d\n%s", place, r.code, r.stderr)
	}
}

// settled checks that nothing of the interrupted run is left.
func (h *host) settled() {
	h.t.Helper()
	for _, file := range []string{"journal.json", "run/orders.drain", "services/orders/staging"} {
		if _, err := os.Stat(filepath.Join(h.root, file)); !os.IsNotExist(err) {
			h.t.Errorf("%s is left (%v)", file, err)
		}
	}
}

func TestAKilledFirstInstallIsPutRightByTheNextRun(t *testing.T) {
	for _, place := range places(firstSteps) {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			h.crash(place, h.document("1.0.0"))
			h.install(h.document("1.0.0"), exitcode.OK)
			h.serves("1.0.0")
			h.settled()
		})
	}
}

func TestAKilledUpgradeIsFinishedByTheNextRun(t *testing.T) {
	for _, place := range places(upgradeSteps) {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			h.crash(place, h.document("1.1.0"))
			if !h.status().Interrupted {
				t.Error("status doesn't show the interrupted installation")
			}
			h.install(h.document("1.1.0"), exitcode.OK)
			h.serves("1.1.0")
			h.settled()
		})
	}
}

func TestAKilledUpgradeIsUndoneByTheNextRunOfTheFormerDocument(t *testing.T) {
	for _, place := range places(upgradeSteps) {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			h.crash(place, h.document("1.1.0"))
			h.install(h.document("1.0.0"), exitcode.OK)
			h.serves("1.0.0")
			h.settled()
		})
	}
}

func TestAPowerCutInAnUpgradeEndsWithAServiceAfterTheBoot(t *testing.T) {
	for _, place := range places(upgradeSteps) {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			h.crash(place, h.document("1.1.0"))
			h.powerCut()
			if h.answer("/health") != 0 {
				t.Error("the service outlived the power cut")
			}
			h.boot()
			h.eventually("one of the two releases serves by itself", func() bool { return h.answer("/health") == 200 })
			h.install(h.document("1.1.0"), exitcode.OK)
			h.serves("1.1.0")
			h.settled()
		})
	}
}

func TestAKilledRollbackIsPutRightByTheNextRun(t *testing.T) {
	for _, step := range []string{"start", "expose", "configure", "commit", "stop", "drain"} {
		t.Run(step, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			h.crash("undone "+step, h.document("1.1.0", mode("unhealthy")))
			h.install(h.document("1.0.0"), exitcode.OK)
			h.serves("1.0.0")
			h.settled()
		})
	}
}

// interrupt starts an installation, asks it to end once a condition holds, and returns how it ended.
func (h *host) interrupt(s *spec.AgentSpec, what string, when func() bool) result {
	h.t.Helper()
	command := h.installCommand(s)
	done := h.begin(command)
	h.eventually(what, when)
	if err := command.Process.Signal(syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	return <-done
}

// begin starts a run in the background.
func (h *host) begin(command *exec.Cmd) <-chan result {
	done := make(chan result, 1)
	go func() { done <- h.run(command) }()
	h.eventually("the run has begun", func() bool {
		text, _ := os.ReadFile(filepath.Join(h.root, "agent.lock"))
		return strings.HasPrefix(string(text), "process ") && command.Process != nil
	})
	return done
}

func TestASignalWhileDrainingLeavesTheRunningReleaseAlone(t *testing.T) {
	h := newHost(t)
	slow := func(s *spec.AgentSpec) { s.Stop.Drain = 60 }
	h.install(h.document("1.0.0", slow), exitcode.OK)
	before := h.serves("1.0.0")
	r := h.interrupt(h.document("1.1.0"), "draining", func() bool { return h.answer("/ready") == 503 })
	if r.code != exitcode.Other || !strings.Contains(r.stderr, "serves as before") {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
	if after := h.serves("1.0.0"); after.PID != before.PID {
		t.Errorf("process %d became %d", before.PID, after.PID)
	}
	h.settled()
}

func TestASignalAfterTheStopBringsTheFormerReleaseBack(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	r := h.interrupt(h.document("1.1.0", mode("unhealthy"), func(s *spec.AgentSpec) { s.Health.Deadline = 60 }),
		"the new release serves", func() bool { return h.answer("/health") == 503 })
	if r.code != exitcode.RolledBack {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
	h.serves("1.0.0")
	h.settled()
}

func TestASecondRunAtTheSameTimeIsRefused(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.Stop.Drain = 3 }), exitcode.OK)
	done := h.begin(h.installCommand(h.document("1.1.0")))
	h.eventually("draining", func() bool { return h.answer("/ready") == 503 })
	if r := h.install(h.document("1.2.0"), exitcode.Busy); !strings.Contains(r.stderr, "(process ") {
		t.Errorf("said %s", r.stderr)
	}
	if r := <-done; r.code != exitcode.OK {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
	h.serves("1.1.0")
}
