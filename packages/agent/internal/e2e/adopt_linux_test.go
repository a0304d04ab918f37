package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/adopt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/scm"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// foreign registers the service as somebody else does, on the port of the host, and starts it.
func (h *host) foreign() (service.Program, service.Settings) {
	h.t.Helper()
	program := service.Program{
		Path: testservice, Arguments: []string{"--by", "hand"},
		Environment: []string{fmt.Sprintf("WINDOWS_HA_ADDRESS=127.0.0.1:%d", h.port), "WINDOWS_HA_SERVICE_VERSION=by-hand"},
	}
	settings := service.Settings{
		DisplayName: "Orders, by hand", Description: "as it was", Account: service.LocalSystem, SIDType: service.SIDNone, StartMode: service.StartAutomatic, PreShutdown: 10,
		Recovery: service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionRestart, Delay: 1}}, ResetPeriod: 60},
	}
	manager := scm.Client{Root: h.root}
	ctx := h.t.Context()
	if err := errors.Join(manager.Create(ctx, "orders", settings, program), manager.Start(ctx, "orders")); err != nil {
		h.t.Fatal(err)
	}
	h.eventually("the foreign service answers", func() bool { return h.answer("/health") == 200 })
	return program, settings
}

// isForeign checks that the service is registered and runs as it did before it was adopted.
func (h *host) isForeign(program service.Program, settings service.Settings) {
	h.t.Helper()
	status, err := scm.Client{Root: h.root}.Query(h.t.Context(), "orders")
	if err != nil || !status.Program.Equal(program) || !status.Settings.Equal(settings) || !status.Running() {
		h.t.Errorf("got %+v (%v)\nwant %+v with %+v", status, err, program, settings)
	}
	h.eventually("the foreign service answers", func() bool { return h.answer("/health") == 200 })
	if seen := h.whoami(); seen.PID != status.PID || !slices.Equal(seen.Arguments, program.Arguments) {
		h.t.Errorf("process %d with %q answers", seen.PID, seen.Arguments)
	}
}

func (h *host) adopt(arguments ...string) result {
	h.t.Helper()
	return h.run(h.command(append([]string{"adopt", "--service", "orders"}, arguments...)...))
}

func TestAForeignServiceIsTakenOverByOneRestartAndBroughtBack(t *testing.T) {
	h := newHost(t)
	program, settings := h.foreign()
	before := h.whoami().PID
	refused := h.install(h.document("1.0.0"), exitcode.NotPrepared)
	if !strings.Contains(refused.stderr, "adopt --service orders --dry-run") {
		t.Errorf("the refusal doesn't name the way: %s", refused.stderr)
	}
	shown := h.adopt("--dry-run")
	if shown.code != exitcode.OK || !strings.Contains(shown.stdout, `displayName: "Orders, by hand",`) {
		t.Fatalf("%d\n%s%s", shown.code, shown.stdout, shown.stderr)
	}
	if h.install(h.document("1.0.0"), exitcode.NotPrepared); h.whoami().PID != before {
		t.Error("a dry run changed something")
	}
	if r := h.adopt(); r.code != exitcode.OK || h.whoami().PID != before {
		t.Fatalf("%d, process %d after %d\n%s", r.code, h.whoami().PID, before, r.stderr)
	}
	if s := h.status(); !strings.Contains(s.Problem, "install` takes it over") {
		t.Errorf("got %+v", s)
	}

	// A release that doesn't get healthy brings the registration back, by itself.
	h.install(h.document("1.0.0", mode("unhealthy")), exitcode.RolledBack)
	h.isForeign(program, settings)
	h.settled()

	h.install(h.document("1.1.0"), exitcode.OK)
	h.serves("1.1.0")
	if r := h.run(h.command("rollback")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.isForeign(program, settings)
	h.install(h.document("1.1.0"), exitcode.OK)
	h.install(h.document("1.2.0"), exitcode.OK)
	h.serves("1.2.0")
	if all := h.status().Releases; !slices.Contains(all, "as-registered") {
		t.Errorf("the status doesn't offer the registration: %q", all)
	}
	// A person can also go all the way back.
	if r := h.run(h.command("rollback", "--to", "as-registered")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.isForeign(program, settings)
	if r := h.run(h.command("uninstall", "--service", "orders")); r.code != exitcode.OK || !strings.Contains(r.stdout, "no longer adopted") {
		t.Fatal(r.stdout, r.stderr)
	}
	h.isForeign(program, settings)
	h.install(h.document("1.3.0"), exitcode.NotPrepared)
}

func TestAKilledTakeoverBringsTheForeignRegistrationBack(t *testing.T) {
	for _, place := range []string{"after drain", "after stop", "after commit", "after configure", "after start"} {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			program, settings := h.foreign()
			if r := h.adopt(); r.code != exitcode.OK {
				t.Fatal(r.stderr)
			}
			h.crash(place, h.document("1.0.0"))
			h.powerCut()
			h.boot()
			if r := h.run(h.command("recover")); r.code != exitcode.OK {
				t.Fatal(r.stderr)
			}
			h.isForeign(program, settings)
			h.settled()
			h.install(h.document("1.0.0"), exitcode.OK)
			h.serves("1.0.0")
		})
	}
}

func TestWhatNSSMRunsIsTakenOver(t *testing.T) {
	h := newHost(t)
	// NSSM's own program here is a script that does what NSSM does.
	nssm := filepath.Join(t.TempDir(), "nssm")
	script := fmt.Sprintf("#!/bin/sh\nWINDOWS_HA_ADDRESS=127.0.0.1:%d %s --by nssm &\ntrap 'kill $!; wait; exit 0' TERM\nwait\n", h.port, testservice)
	parameters, err := json.Marshal(adopt.Values{"Application": {testservice}, "AppParameters": {`--by "n s s m"`}, "AppEnvironmentExtra": {"TOKEN=hunter2"}})
	manager := scm.Client{Root: h.root}
	if err := errors.Join(err, os.WriteFile(nssm, []byte(script), 0o755),
		os.WriteFile(filepath.Join(h.root, "scm", "services", "orders.parameters"), parameters, 0o600),
		manager.Create(t.Context(), "orders", service.Settings{DisplayName: "orders"}, service.Program{Path: nssm}),
		manager.Start(t.Context(), "orders")); err != nil {
		t.Fatal(err)
	}
	h.eventually("NSSM's service answers", func() bool { return h.answer("/health") == 200 })
	var found struct {
		Wrapper, Declaration string
		Program              service.Program
	}
	shown := h.adopt("--dry-run", "--json")
	if err := json.Unmarshal([]byte(shown.stdout), &found); err != nil || found.Wrapper != "NSSM" || found.Program.Path != testservice ||
		!slices.Equal(found.Program.Arguments, []string{"--by", "n s s m"}) || !strings.Contains(found.Declaration, `mode: "console"`) || strings.Contains(shown.stdout, "hunter2") {
		t.Fatalf("%v\n%s", err, shown.stdout)
	}
	if r := h.adopt(); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	// The declaration's mode: the agent takes NSSM's place. Every moment without an answer is the one restart.
	down := h.downtime(func() { h.install(h.document("1.0.0", console), exitcode.OK) })
	h.servesWrapped("1.0.0")
	if down > 3*time.Second {
		t.Errorf("nobody answered for %v", down)
	}
	if r := h.run(h.command("rollback")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	status, err := manager.Query(t.Context(), "orders")
	if err != nil || status.Program.Path != nssm || !alive(status.PID) {
		t.Errorf("got %+v, %v", status, err)
	}
}

// downtime is how long the service didn't answer while something was done.
func (h *host) downtime(work func()) time.Duration {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	var down time.Duration
	for {
		select {
		case <-done:
			return down
		default:
		}
		began := time.Now()
		if h.answer("/health") != 200 {
			time.Sleep(10 * time.Millisecond)
			down += time.Since(began)
		}
	}
}

func TestAServiceThatCouldNotBeBroughtBackIsNotAdopted(t *testing.T) {
	h := newHost(t)
	manager := scm.Client{Root: h.root}
	settings := service.Settings{DisplayName: "Orders", Account: `.\jane`}
	if err := errors.Join(manager.Create(t.Context(), "orders", settings, service.Program{Path: testservice}), manager.Start(t.Context(), "orders")); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{nil, {"--dry-run"}} {
		r := h.adopt(arguments...)
		if r.code != exitcode.NotPrepared || !strings.Contains(r.stderr, `it runs as .\jane, whose password`) {
			t.Errorf("%v: %d\n%s", arguments, r.code, r.stderr)
		}
	}
	if r := h.run(h.command("adopt", "--service", "nobody")); r.code != exitcode.NotPrepared || !strings.Contains(r.stderr, `seen "nobody"`) {
		t.Errorf("%d\n%s", r.code, r.stderr)
	}
	if r := h.run(h.command("adopt")); r.code != exitcode.Usage {
		t.Errorf("%d\n%s", r.code, r.stderr)
	}
	if err := syscall.Access(filepath.Join(h.root, "services", "orders"), 0); err == nil {
		t.Error("a refused adoption left something")
	}
}
