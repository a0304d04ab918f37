package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

func TestAFirstInstallServesAndAnUnchangedOneTouchesNothing(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	before := h.serves("1.0.0")
	r := h.install(h.document("1.0.0"), exitcode.OK)
	if !strings.Contains(r.stdout, "already in place") {
		t.Errorf("said %q", r.stdout)
	}
	if after := h.serves("1.0.0"); after.PID != before.PID {
		t.Errorf("process %d became %d", before.PID, after.PID)
	}
}

func TestTheServiceGetsItsArgumentsAndEnvironment(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) {
		s.Service.Arguments = []string{"--listen=${WINDOWS_HA_ADDRESS}", "two words", "${OTHER}"}
		s.Service.Environment["WHO"] = "${WINDOWS_HA_MACHINE} drains by ${WINDOWS_HA_DRAIN_FILE}"
	}), exitcode.OK)
	seen := h.whoami()
	address, drain := fmt.Sprintf("127.0.0.1:%d", h.port), filepath.Join(h.root, "run", "orders.drain")
	if want := []string{"--listen=" + address, "two words", "${OTHER}"}; !slices.Equal(seen.Arguments, want) {
		t.Errorf("arguments %q, want %q", seen.Arguments, want)
	}
	for _, want := range []string{
		"WINDOWS_HA_ADDRESS=" + address, "WINDOWS_HA_MACHINE=machine-1", "WINDOWS_HA_SERVICE_VERSION=1.0.0",
		"WINDOWS_HA_DRAIN_FILE=" + drain, "WHO=machine-1 drains by " + drain,
		"WINDOWS_HA_DATA_FOLDER=" + filepath.Join(h.root, "data", "orders"), "WINDOWS_HA_LOG_FOLDER=" + filepath.Join(h.root, "logs", "orders"),
	} {
		if !slices.Contains(seen.Environment, want) {
			t.Errorf("%q is not in the environment %q", want, seen.Environment)
		}
	}
	if slices.ContainsFunc(seen.Environment, func(v string) bool { return strings.HasPrefix(v, "WINDOWS_HA_ROOT=") }) {
		t.Error("the service sees the agent's own environment")
	}
}

func TestAnUpgradeDrainsBeforeItStops(t *testing.T) {
	h := newHost(t)
	drains := func(s *spec.AgentSpec) { s.Stop.Drain = 2 }
	h.install(h.document("1.0.0", drains), exitcode.OK)
	before := h.serves("1.0.0")
	done := make(chan result, 1)
	command := h.installCommand(h.document("1.1.0", drains))
	go func() { done <- h.run(command) }()
	h.eventually("not ready, but alive", func() bool { return h.answer("/ready") == 503 && h.answer("/health") == 200 })
	if r := <-done; r.code != exitcode.OK {
		t.Fatalf("exit code %d\n%s", r.code, r.stderr)
	}
	after := h.serves("1.1.0")
	if after.PID == before.PID || after.PreviousRelease != before.Release {
		t.Errorf("got %+v after %+v", after, before)
	}
	if code := h.answer("/ready"); code != 200 {
		t.Errorf("/ready answers %d after the upgrade", code)
	}
}

func TestABadUpgradeIsRolledBack(t *testing.T) {
	for _, bad := range []string{"unhealthy", "crash", "exit"} {
		t.Run(bad, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			r := h.install(h.document("1.1.0", mode(bad)), exitcode.RolledBack)
			if !strings.Contains(r.stderr, "the former release 1.0.0-") {
				t.Errorf("said %s", r.stderr)
			}
			if s := h.serves("1.0.0"); s.LastInstall.Result != "rolled-back" || !strings.Contains(s.LastInstall.Message, "1.1.0") {
				t.Errorf("last installation: %+v", s.LastInstall)
			}
		})
	}
}

func TestAReleaseThatIsBadOnlyByItsHealthPathIsRolledBackToItself(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.Health.Path, s.Health.Deadline = "/nothing", 2 }), exitcode.RolledBack)
	h.serves("1.0.0")
}

func TestABadFirstInstallIsRemoved(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", mode("unhealthy")), exitcode.FirstInstallGone)
	if s := h.status(); s.Running || s.Release != "" || s.LastInstall.Result != "first-install-removed" {
		t.Errorf("got %+v", s)
	}
	if left := h.releases(); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	h.install(h.document("1.0.1"), exitcode.OK)
	h.serves("1.0.1")
}

func TestARollbackThatFailsSaysSoAndTheNextInstallCures(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	if err := os.Remove(filepath.Join(h.root, "services", "orders", "releases", h.status().Release, "orders")); err != nil {
		t.Fatal(err)
	}
	r := h.install(h.document("1.1.0", mode("unhealthy")), exitcode.RollbackFailed)
	if !strings.Contains(r.stderr, "could NOT be restored") {
		t.Errorf("said %s", r.stderr)
	}
	h.install(h.document("1.2.0"), exitcode.OK)
	h.serves("1.2.0")
}

func TestWhatCanNotBePreparedLeavesTheRunningReleaseAlone(t *testing.T) {
	rows := []struct {
		name string
		edit func(*host, *spec.AgentSpec)
		code exitcode.Code
		says string
	}{
		{"another file than declared", func(_ *host, s *spec.AgentSpec) { s.Artifacts[0].SHA256 = strings.Repeat("0", 64) }, exitcode.Download, "declared 0000"},
		{"no such file", func(h *host, s *spec.AgentSpec) { s.Artifacts[0].URL = h.url + "/nothing?sig=SECRET" }, exitcode.Download, "404"},
		{"no program for this platform", func(_ *host, s *spec.AgentSpec) { s.Artifacts[0].OS = "windows" }, exitcode.NotPrepared, "no build for this machine's platform"},
		{"not a program", func(h *host, s *spec.AgentSpec) {
			text := filepath.Join(h.files, "text")
			if err := os.WriteFile(text, []byte("#!/bin/sh\n"), 0o600); err != nil {
				h.t.Fatal(err)
			}
			s.Artifacts[0].URL, s.Artifacts[0].SHA256 = h.url+"/text", hashOf(h.t, text)
		}, exitcode.NotPrepared, "no ELF header"},
		{"a port that is taken", func(h *host, s *spec.AgentSpec) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				h.t.Fatal(err)
			}
			h.t.Cleanup(func() { listener.Close() })
			s.Service.Port = listener.Addr().(*net.TCPAddr).Port
		}, exitcode.NotPrepared, fmt.Sprintf("e2e.test (process %d)", os.Getpid())},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			before := h.serves("1.0.0")
			r := h.install(h.document("1.1.0", func(s *spec.AgentSpec) { row.edit(h, s) }), row.code)
			if !strings.Contains(r.stderr, row.says) || strings.Contains(r.stderr, "SECRET") {
				t.Errorf("said %s, want %q and no secret", r.stderr, row.says)
			}
			if after := h.serves("1.0.0"); after.PID != before.PID {
				t.Errorf("process %d became %d", before.PID, after.PID)
			}
		})
	}
}

func TestASettingIsChangedWithoutARestart(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	before := h.serves("1.0.0")
	r := h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.Service.DisplayName, s.ReleasesToKeep = "Other", 5 }), exitcode.OK)
	if after := h.serves("1.0.0"); after.PID != before.PID || !strings.Contains(r.stdout, "without a restart") {
		t.Errorf("got %+v after %+v: %s", after, before, r.stdout)
	}
}

func TestAChangedRecoveryPolicyHoldsAtOnceAndTheStatusShowsIt(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	before := h.serves("1.0.0")
	immediate := service.Recovery{
		Actions:     []service.RecoveryAction{{Action: service.ActionRestart}, {Action: service.ActionNone}},
		ResetPeriod: 60, NonCrashFailures: true,
	}
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.Service.Recovery = &immediate }), exitcode.OK)
	if after := h.serves("1.0.0"); after.PID != before.PID || after.Settings == nil || !after.Settings.Recovery.Equal(immediate) {
		t.Errorf("got %+v after %+v", after, before)
	}
	killed := time.Now()
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for h.answer("/health") != 200 {
		if time.Since(killed) > 3*time.Second { // the usual policy waits for 5 s
			t.Fatal("not back within 3 s")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestAStoppedServiceIsBroughtBack(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.Service.Environment["TESTSERVICE_MODE"] = "" }), exitcode.OK)
	registration := filepath.Join(h.root, "scm", "services", "orders.json")
	text, err := os.ReadFile(registration)
	if err != nil {
		t.Fatal(err)
	}
	// Somebody changed the registration by hand, and the machine started again.
	h.powerOff()
	if err := os.WriteFile(registration, []byte(strings.Replace(string(text), `"TESTSERVICE_MODE="`, `"TESTSERVICE_MODE=exit"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	h.boot()
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) { s.Service.Environment["TESTSERVICE_MODE"] = "" }), exitcode.OK)
	h.serves("1.0.0")
}

func TestAServiceThatDoesNotStopIsKilled(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", func(s *spec.AgentSpec) {
		s.Service.Environment["TESTSERVICE_MODE"] = "deaf"
		s.Stop.Stop = 1
	}), exitcode.OK)
	r := h.install(h.document("1.1.0"), exitcode.OK)
	if !strings.Contains(r.stderr, "did not stop in time") {
		t.Errorf("said %s", r.stderr)
	}
	h.serves("1.1.0")
}

func TestOldReleasesAreRemovedButNeverTheRunningOrThePrevious(t *testing.T) {
	h := newHost(t)
	keep := func(s *spec.AgentSpec) { s.ReleasesToKeep = 2 }
	for _, version := range []string{"1.0.0", "1.1.0", "1.2.0", "1.3.0"} {
		h.install(h.document(version, keep), exitcode.OK)
	}
	s := h.serves("1.3.0")
	if left := h.releases(); !slices.Equal(left, []string{s.PreviousRelease, s.Release}) || !strings.HasPrefix(s.PreviousRelease, "1.2.0-") {
		t.Errorf("left %v of %+v", left, s)
	}
	// Back to what is still here needs no download.
	if err := os.Remove(filepath.Join(h.files, "orders")); err != nil {
		t.Fatal(err)
	}
	h.install(h.document("1.2.0", keep), exitcode.OK)
	h.serves("1.2.0")
}

func TestUninstallLeavesOnlyTheLogs(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	for range 2 {
		if r := h.run(h.command("uninstall")); r.code != exitcode.OK {
			t.Fatalf("exit code %d\n%s", r.code, r.stderr)
		}
	}
	if h.answer("/health") != 0 {
		t.Error("something still answers")
	}
	if _, err := os.Stat(filepath.Join(h.root, "services", "orders")); !os.IsNotExist(err) {
		t.Errorf("the service's folder: %v", err)
	}
	if _, err := os.Stat(filepath.Join(h.root, "logs", "orders.log")); err != nil {
		t.Error(err)
	}
	h.install(h.document("1.0.0"), exitcode.OK)
}

func TestTwoServicesLiveOnOneMachine(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	h.install(h.document("2.0.0", func(s *spec.AgentSpec) { s.Service.Name, s.Service.Port = "billing", freeport.Of(t) }), exitcode.OK)
	h.serves("1.0.0")
	r := h.run(h.command("uninstall"))
	if r.code != exitcode.Usage || !strings.Contains(r.stderr, "billing, orders") {
		t.Errorf("exit code %d\n%s", r.code, r.stderr)
	}
}
