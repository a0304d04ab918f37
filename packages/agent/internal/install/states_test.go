package install_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/winstate"
)

// state makes a call answer with a code of Windows for so many times.
func (b *bench) state(call string, code winstate.Code, times int) {
	b.Installer.Manager = winstate.Patient{Manager: servicetest.Watched{Manager: b.Fake, Watch: func(moment string) error {
		if moment == "before "+call && times > 0 {
			times--
			return fmt.Errorf("service orders: %s: %w", call, code)
		}
		return nil
	}}, Pause: 10 * time.Millisecond}
}

const always = 1 << 30

func TestAStateOfWindowsThatPassesIsWaitedFor(t *testing.T) {
	for _, row := range []struct {
		call string
		code winstate.Code
	}{
		{"query", winstate.DatabaseLocked},
		{"stop", winstate.CannotAccept},
		{"set-program", winstate.DatabaseLocked},
		{"configure", winstate.SharingViolation},
		{"start", winstate.AlreadyRunning},
	} {
		t.Run(fmt.Sprintf("%d at %s", row.code, row.call), func(t *testing.T) {
			b := newBench(t)
			if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
				t.Fatal(err)
			}
			b.state(row.call, row.code, 3)
			if _, err := b.Install(t.Context(), b.document("1.1.0")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestANameThatIsStillMarkedForDeletionIsWaitedFor(t *testing.T) {
	b := newBench(t)
	b.state("create", winstate.MarkedForDelete, 3)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Error(err)
	}
}

func TestAStateOfWindowsThatDoesNotPassIsNamedAndTheFormerReleaseServes(t *testing.T) {
	for _, code := range []winstate.Code{winstate.RequestTimeout, winstate.LogonFailed, winstate.AccessDenied, 193, 577, 1058, 1067, 1068} {
		t.Run(code.Error(), func(t *testing.T) {
			b := newBench(t)
			if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
				t.Fatal(err)
			}
			b.state("start", code, 1)
			_, err := b.Install(t.Context(), b.document("1.1.0"))
			state, _ := winstate.Of(code)
			if exitcode.Of(err) != exitcode.RolledBack || !strings.Contains(err.Error(), state.Do) {
				t.Errorf("exit code %d: %v", exitcode.Of(err), err)
			}
			if status, _ := b.Fake.Query(t.Context(), "orders"); !status.Running() || !strings.Contains(status.Program.Path, "1.0.0-") {
				t.Errorf("left %+v", status)
			}
		})
	}
}

func TestAServiceThatTakesNoStopRequestIsKilledWhenItsTimeIsOver(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	before := len(b.Calls())
	b.state("stop", winstate.CannotAccept, always)
	if _, err := b.Install(t.Context(), b.document("1.1.0")); err != nil {
		t.Fatal(err)
	}
	if calls := b.newCalls(before); len(calls) == 0 || calls[0] != "kill" {
		t.Errorf("got %q", calls)
	}
}

func TestAnInstallationIntoAShutdownIsLeftToTheNextStart(t *testing.T) {
	for _, call := range []string{"stop", "set-program", "start"} {
		t.Run(call, func(t *testing.T) {
			b := newBench(t)
			if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
				t.Fatal(err)
			}
			b.state(call, winstate.ShuttingDown, always)
			_, err := b.Install(t.Context(), b.document("1.1.0"))
			if exitcode.Of(err) != exitcode.ShuttingDown || !strings.Contains(err.Error(), "the resident part finishes or undoes") {
				t.Errorf("exit code %d: %v", exitcode.Of(err), err)
			}
			b.Installer.Manager = b.Fake
			if message, err := b.Recover(t.Context()); err != nil || !strings.Contains(message, "undone") {
				t.Errorf("recover: %s, %v", message, err)
			}
			if status, _ := b.Fake.Query(t.Context(), "orders"); !status.Running() || !strings.Contains(status.Program.Path, "1.0.0-") {
				t.Errorf("left %+v", status)
			}
		})
	}
}

func TestAShutdownThatCutsTheWayBackOffIsNamed(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	starts := 0
	b.Installer.Manager = servicetest.Watched{Manager: b.Fake, Watch: func(moment string) error {
		if moment != "before start" {
			return nil
		}
		if starts++; starts == 1 {
			return errBroken
		}
		return winstate.Explain(winstate.ShuttingDown)
	}}
	_, err := b.Install(t.Context(), b.document("1.1.0"))
	if exitcode.Of(err) != exitcode.ShuttingDown || !errors.Is(err, errBroken) {
		t.Errorf("exit code %d: %v", exitcode.Of(err), err)
	}
	b.Installer.Manager = b.Fake
	if _, err := b.Recover(t.Context()); err != nil {
		t.Error(err)
	}
}

// windows is a host in one of the states that only Windows has.
type windows struct {
	host.Local
	reserved string
	restart  []string
	left     []host.Process
	ended    []host.Process
	fails    error
}

func (w *windows) Reserved(int) string                  { return w.reserved }
func (w *windows) PendingRestart() []string             { return w.restart }
func (w *windows) Listener(int) (host.Process, bool)    { return host.Process{}, false }
func (w *windows) Under(string) ([]host.Process, error) { return w.left, nil }
func (w *windows) End(p host.Process) error             { w.ended = append(w.ended, p); return w.fails }

func TestAPortThatWindowsKeepsForItselfIsNamedWithItsRange(t *testing.T) {
	b := newBench(t)
	b.Host = &windows{reserved: "50000-50059"}
	taken, err := net.Listen("tcp", b.Machine.ListenAddress(b.port))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = b.Install(t.Context(), b.document("1.0.0"))
	if exitcode.Of(err) != exitcode.NotPrepared || !strings.Contains(err.Error(), "50000-50059") || !strings.Contains(err.Error(), "declare another port") {
		t.Errorf("exit code %d: %v", exitcode.Of(err), err)
	}
}

func TestARestartThatWindowsWaitsForIsToldByInstallAndStatus(t *testing.T) {
	b := newBench(t)
	b.Host = &windows{restart: []string{"Windows Update was installed"}}
	message, err := b.Install(t.Context(), b.document("1.0.0"))
	if err != nil || !strings.Contains(message, "Windows waits for a restart (Windows Update was installed)") {
		t.Errorf("%s, %v", message, err)
	}
	if status, err := b.Status(t.Context(), ""); err != nil || len(status.PendingRestart) != 1 || !status.Healthy {
		t.Errorf("%+v, %v", status, err)
	}
}

func TestAProcessThatTheServiceLeftBehindAndThatCanNotBeEndedStopsTheUpgrade(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	left := host.Process{PID: 4711, Program: "child.exe"}
	machine := &windows{left: []host.Process{left}, fails: errBroken}
	b.Host = machine
	_, err := b.Install(t.Context(), b.document("1.1.0"))
	if exitcode.Of(err) != exitcode.RolledBack || !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "can't be ended") || machine.ended[0] != left {
		t.Errorf("exit code %d: %v, ended %v", exitcode.Of(err), err, machine.ended)
	}
	if status, _ := b.Fake.Query(t.Context(), "orders"); !status.Running() || !strings.Contains(status.Program.Path, "1.0.0-") {
		t.Errorf("left %+v", status)
	}
}
