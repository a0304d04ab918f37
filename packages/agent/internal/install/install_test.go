package install_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

func TestCallsOfASuccessfulInstallation(t *testing.T) {
	b := newBench(t)
	for _, row := range []struct {
		version string
		calls   []string
	}{
		{"1.0.0", []string{"create 1.0.0", "start"}},
		{"1.0.0", []string{}},
		{"1.1.0", []string{"stop", "set-program 1.1.0", "configure Orders-1.1.0", "start"}},
	} {
		before := len(b.Calls())
		if _, err := b.Install(t.Context(), b.document(row.version)); err != nil {
			t.Fatal(err)
		}
		if got := b.newCalls(before); !slices.Equal(got, row.calls) {
			t.Errorf("%s: got %q, want %q", row.version, got, row.calls)
		}
	}
}

func TestChangedSettingsRestartAServiceOnlyWhereItsIdentityChanges(t *testing.T) {
	upgrade := []string{"stop", "set-program 1.0.0", "configure Orders-1.0.0", "start"}
	for _, row := range []struct {
		change string
		apply  func(*spec.AgentSpec)
		calls  []string
	}{
		{"recovery", func(s *spec.AgentSpec) {
			s.Service.Recovery = &service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionRestart}}, ResetPeriod: 60}
		}, []string{"configure Orders-1.0.0"}},
		{"start mode", func(s *spec.AgentSpec) { s.Service.StartMode = service.StartDelayed }, []string{"configure Orders-1.0.0"}},
		{"dependencies", func(s *spec.AgentSpec) { s.Service.Dependencies = []string{"Tcpip"} }, []string{"configure Orders-1.0.0"}},
		{"pre-shutdown", func(s *spec.AgentSpec) { s.Stop.PreShutdown = 100 }, []string{"configure Orders-1.0.0"}},
		{"account", func(s *spec.AgentSpec) { s.Service.Account = service.LocalSystem }, upgrade},
		{"SID type", func(s *spec.AgentSpec) { s.Service.SIDType = service.SIDRestricted }, upgrade},
		{"privileges", func(s *spec.AgentSpec) { s.Service.RequiredPrivileges = []string{"SeChangeNotifyPrivilege"} }, upgrade},
		{"its own account by name", func(s *spec.AgentSpec) { s.Service.Account = `NT SERVICE\orders` }, []string{"configure Orders-1.0.0"}},
	} {
		t.Run(row.change, func(t *testing.T) {
			b := newBench(t)
			if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
				t.Fatal(err)
			}
			changed := b.document("1.0.0")
			row.apply(changed)
			for _, calls := range [][]string{row.calls, {}} { // and the second time nothing
				before := len(b.Calls())
				if _, err := b.Install(t.Context(), changed); err != nil {
					t.Fatal(err)
				}
				if got := b.newCalls(before); !slices.Equal(got, calls) {
					t.Errorf("got %q, want %q", got, calls)
				}
			}
			if status, _ := b.Query(t.Context(), "orders"); !status.Settings.Equal(changed.Settings()) {
				t.Errorf("left %+v", status.Settings)
			}
		})
	}
}

func TestAnIdentityThatDoesNotServeIsTakenBackWithItsSettings(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	changed := b.document("1.0.0")
	changed.Service.RequiredPrivileges = []string{"SeChangeNotifyPrivilege"}
	b.breakOnce(t, "start")
	if _, err := b.Install(t.Context(), changed); exitcode.Of(err) != exitcode.RolledBack {
		t.Errorf("got %d: %v", exitcode.Of(err), err)
	}
	if status, _ := b.Query(t.Context(), "orders"); !status.Settings.Equal(b.document("1.0.0").Settings()) || !status.Running() {
		t.Errorf("left %+v", status)
	}
}

func TestStatusShowsTheSettingsByTheirFullNames(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	status, err := b.Status(t.Context(), "orders")
	if err != nil || status.Settings == nil || status.Settings.Account != `NT SERVICE\orders` || !status.Settings.Recovery.Equal(service.DefaultRecovery) {
		t.Errorf("got %+v, %v", status.Settings, err)
	}
}

func TestDataOfAServiceOutlivesItAndEmptyFoldersDont(t *testing.T) {
	for _, row := range []struct {
		file, message string
		stays         bool
	}{{"", "its logs stay in", false}, {"orders.db", "its data in", true}} {
		b := newBench(t)
		if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
			t.Fatal(err)
		}
		data := b.Machine.DataFolder("orders")
		if row.file != "" {
			if err := os.WriteFile(filepath.Join(data, row.file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		done, err := b.Uninstall(t.Context(), "orders")
		if err != nil || !strings.Contains(done, row.message) {
			t.Errorf("got %q, %v", done, err)
		}
		if _, err := os.Stat(data); (err == nil) != row.stays {
			t.Errorf("%s: %v", data, err)
		}
	}
}

func TestCallsOfARollback(t *testing.T) {
	for _, row := range []struct {
		broken string
		calls  []string
	}{
		{"stop", []string{"stop", "stop", "start"}},
		{"set-program", []string{"stop", "set-program 1.1.0", "set-program 1.0.0", "stop", "start"}},
		{"configure", []string{"stop", "set-program 1.1.0", "configure Orders-1.1.0", "configure Orders-1.0.0", "set-program 1.0.0", "stop", "start"}},
		{"start", []string{"stop", "set-program 1.1.0", "configure Orders-1.1.0", "start", "stop", "configure Orders-1.0.0", "set-program 1.0.0", "stop", "start"}},
	} {
		t.Run(row.broken, func(t *testing.T) {
			b := newBench(t)
			if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
				t.Fatal(err)
			}
			before := len(b.Calls())
			b.breakOnce(t, row.broken)
			_, err := b.Install(t.Context(), b.document("1.1.0"))
			if exitcode.Of(err) != exitcode.RolledBack || !errors.Is(err, errBroken) {
				t.Errorf("got %d: %v", exitcode.Of(err), err)
			}
			if got := b.newCalls(before); !slices.Equal(got, row.calls) {
				t.Errorf("got %q, want %q", got, row.calls)
			}
			if status, _ := b.Query(t.Context(), "orders"); !strings.Contains(status.Program.Path, "1.0.0-") || !status.Running() {
				t.Errorf("left %+v", status)
			}
		})
	}
}

func TestAFirstInstallationThatFailsIsRemovedWhereverItFails(t *testing.T) {
	for _, broken := range []string{"create", "start"} {
		t.Run(broken, func(t *testing.T) {
			b := newBench(t)
			b.breakOnce(t, broken)
			_, err := b.Install(t.Context(), b.document("1.0.0"))
			if exitcode.Of(err) != exitcode.FirstInstallGone {
				t.Errorf("got %d: %v", exitcode.Of(err), err)
			}
			if status, err := b.Query(t.Context(), "orders"); err == nil {
				t.Errorf("left %+v", status)
			}
		})
	}
}

func TestAServiceOfSomebodyElseIsNotTouched(t *testing.T) {
	b := newBench(t)
	if err := b.Create(t.Context(), "orders", service.Settings{}, service.Program{Path: "/opt/orders"}); err != nil {
		t.Fatal(err)
	}
	before := len(b.Calls())
	_, err := b.Install(t.Context(), b.document("1.0.0"))
	if exitcode.Of(err) != exitcode.NotPrepared || !strings.Contains(err.Error(), "/opt/orders") {
		t.Errorf("got %d: %v", exitcode.Of(err), err)
	}
	if got := b.newCalls(before); len(got) > 0 {
		t.Errorf("it was touched: %q", got)
	}
}

func TestAJournalOfAnotherAgentVersionStopsTheRun(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(b.Machine.JournalFile(), []byte(`{"schemaVersion": 99, "step": "teleport"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := b.Install(t.Context(), b.document("1.0.0"))
	if err == nil || !strings.Contains(err.Error(), "another version of the agent") {
		t.Errorf("got %v", err)
	}
}

// restarting is a manager whose restart after a crash was due when the service was stopped, and comes now.
type restarting struct{ *servicetest.Fake }

func (r restarting) SetProgram(ctx context.Context, name string, program service.Program) error {
	return errors.Join(r.Start(ctx, name), r.Fake.SetProgram(ctx, name, program))
}

func TestAFormerProgramThatWindowsBringsBackMeanwhileDoesNotPassForTheNewOne(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	before := len(b.Calls())
	b.Manager = restarting{b.Fake}
	if _, err := b.Install(t.Context(), b.document("1.1.0")); err != nil {
		t.Fatal(err)
	}
	if got, want := b.newCalls(before), []string{"stop", "start", "set-program 1.1.0", "configure Orders-1.1.0", "stop", "start"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
