package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// outcome is what a command prints with --json.
type outcome struct {
	Command, Result, Message string
	ExitCode                 exitcode.Code
}

// operate runs a command that must end with the given code, and say the same in its JSON.
func (h *host) operate(want exitcode.Code, arguments ...string) outcome {
	h.t.Helper()
	r := h.run(h.command(append(arguments, "--json")...))
	var o outcome
	if err := json.Unmarshal([]byte(r.stdout), &o); err != nil {
		h.t.Fatalf("%v: %v\n%s%s", arguments, err, r.stdout, r.stderr)
	}
	if r.code != want || o.ExitCode != want || o.Command != arguments[0] || o.Result != want.Result() {
		h.t.Fatalf("%v: exit code %d, want %d with %+v\n%s", arguments, r.code, want, o, r.stderr)
	}
	return o
}

// upgraded is a host with two releases, the second one in place.
func upgraded(t *testing.T) *host {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	h.install(h.document("1.1.0"), exitcode.OK)
	return h
}

func TestADrainedServiceStaysNotReadyUntilItIsUndrained(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	before := h.serves("1.0.0")
	h.operate(exitcode.OK, "drain")
	if s := h.status(); h.answer("/ready") != 503 || h.answer("/health") != 200 || !s.Draining || s.PID != before.PID {
		t.Errorf("/ready answers %d, /health %d, status %+v", h.answer("/ready"), h.answer("/health"), s)
	}
	for range 2 {
		h.operate(exitcode.OK, "undrain", "--service", "orders")
		h.serves("1.0.0")
	}
	if h.answer("/ready") != 200 {
		t.Errorf("/ready answers %d", h.answer("/ready"))
	}
}

func TestARollbackGoesToThePreviousReleaseWithoutADownload(t *testing.T) {
	h := upgraded(t)
	if err := os.Remove(filepath.Join(h.files, "orders")); err != nil {
		t.Fatal(err)
	}
	h.operate(exitcode.OK, "rollback")
	first := h.serves("1.0.0")
	h.settled()
	if !strings.HasPrefix(first.PreviousRelease, "1.1.0-") {
		t.Errorf("previous release %s", first.PreviousRelease)
	}
	h.operate(exitcode.OK, "rollback", "--to", "1.1.0")
	h.serves("1.1.0")
	h.operate(exitcode.OK, "rollback", "--to", first.Release)
	h.serves("1.0.0")
}

func TestARollbackToAReleaseThatIsNotThereNamesTheOnesThatAre(t *testing.T) {
	h := upgraded(t)
	if o := h.operate(exitcode.NotPrepared, "rollback", "--to", "0.9.0"); !strings.Contains(o.Message, "allowed: --to 1.0.0-") {
		t.Errorf("said %s", o.Message)
	}
	h.serves("1.1.0")
}

func TestARollbackToAReleaseThatFailsLeavesTheRunningOne(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	h.install(h.document("1.1.0", mode("unhealthy")), exitcode.RolledBack)
	h.operate(exitcode.RolledBack, "rollback", "--to", "1.1.0")
	h.serves("1.0.0")
	h.settled()
}

func TestFailedUpgradesDoNotFillTheDisk(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.ReleasesToKeep = 2 }), exitcode.OK)
	for _, version := range []string{"1.1.0", "1.2.0"} {
		h.install(h.document(version, mode("unhealthy")), exitcode.RolledBack)
	}
	if kept := h.releases(); len(kept) != 2 || !strings.HasPrefix(kept[0], "1.0.0-") {
		t.Errorf("kept %v", kept)
	}
	h.serves("1.0.0")
}

// recovered runs `recover` twice: the first one puts everything right, the second one has nothing to do.
func (h *host) recovered(version string) {
	h.t.Helper()
	h.operate(exitcode.OK, "recover")
	before := h.serves(version)
	h.settled()
	if o := h.operate(exitcode.OK, "recover"); !strings.Contains(o.Message, "nothing to do") {
		h.t.Errorf("the second time it said %s", o.Message)
	}
	if after := h.serves(version); after.PID != before.PID {
		h.t.Errorf("process %d became %d", before.PID, after.PID)
	}
}

func TestRecoverPutsAKilledRollbackRightAndHasNothingToDoThen(t *testing.T) {
	for _, place := range places(upgradeSteps) {
		t.Run(place, func(t *testing.T) {
			h := upgraded(t)
			command := h.command("rollback")
			command.Env = append(command.Env, "WINDOWS_HA_CRASH_AT="+place)
			if r := h.run(command); r.code != killed {
				t.Fatalf("exit code %d\n%s", r.code, r.stderr)
			}
			if strings.HasSuffix(place, " record") {
				h.recovered("1.0.0")
			} else {
				h.recovered("1.1.0")
			}
		})
	}
}

func TestRecoverRemovesAFirstInstallationThatWasKilled(t *testing.T) {
	h := newHost(t)
	h.crash("after start", h.document("1.0.0"))
	h.operate(exitcode.OK, "recover")
	h.settled()
	if h.answer("/health") != 0 {
		t.Error("the service still runs")
	}
}
