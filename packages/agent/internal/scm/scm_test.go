//go:build linux

package scm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
)

var quick = service.Recovery{Delay: 30 * time.Millisecond, Restarts: 2, Reset: time.Minute}

var settings = service.Settings{DisplayName: "Orders", StopTimeout: time.Second}

func TestManagerKeepsTheContract(t *testing.T) {
	servicetest.Run(t, func(t *testing.T) servicetest.Subject {
		r := run(t, freshMachine(t), service.DefaultRecovery)
		return servicetest.Subject{Manager: r.Client, Name: "orders", Program: testservice}
	})
}

func (r running) install(t *testing.T, environment ...string) int {
	t.Helper()
	program := service.Program{Path: testservice, Environment: environment}
	if err := errors.Join(r.Create(t.Context(), "orders", settings, program), r.Start(t.Context(), "orders")); err != nil {
		t.Fatal(err)
	}
	return r.pid(t)
}

func (r running) pid(t *testing.T) int {
	t.Helper()
	status, err := r.Query(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	return status.PID
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestACrashedServiceIsRestarted(t *testing.T) {
	r := run(t, freshMachine(t), quick)
	first := r.install(t)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another process", func() bool { pid := r.pid(t); return pid != 0 && pid != first })
}

func TestAServiceThatKeepsCrashingIsGivenUpAfterTheRestarts(t *testing.T) {
	r := run(t, freshMachine(t), quick)
	r.install(t, "TESTSERVICE_MODE=crash")
	log := filepath.Join(r.machine.LogsFolder(), "orders.log")
	starts := func() int {
		text, _ := os.ReadFile(log)
		return strings.Count(string(text), "crashing as told")
	}
	eventually(t, "first start and two restarts", func() bool { return starts() == 1+quick.Restarts })
	time.Sleep(5 * quick.Delay)
	if n := starts(); n != 1+quick.Restarts {
		t.Errorf("started %d times, want %d", n, 1+quick.Restarts)
	}
}

func TestAServiceThatEndsWithExitCode0IsNotRestarted(t *testing.T) {
	r := run(t, freshMachine(t), quick)
	r.install(t, "TESTSERVICE_MODE=exit")
	eventually(t, "the end", func() bool { return r.pid(t) == 0 })
	time.Sleep(5 * quick.Delay)
	if pid := r.pid(t); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
}

func TestStopCancelsARestartThatIsDue(t *testing.T) {
	r := run(t, freshMachine(t), service.Recovery{Delay: 100 * time.Millisecond, Restarts: 5, Reset: time.Minute})
	pid := r.install(t)
	_ = syscall.Kill(pid, syscall.SIGKILL)
	eventually(t, "the end", func() bool { return r.pid(t) == 0 })
	if err := r.Stop(t.Context(), "orders"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(250 * time.Millisecond)
	if pid := r.pid(t); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
}

func TestServicesStartAgainWithTheMachine(t *testing.T) {
	m := freshMachine(t)
	first := run(t, m, quick)
	pid := first.install(t)
	first.end(ErrPowerOff)
	if alive(pid) {
		t.Errorf("process %d outlived the power off", pid)
	}
	if pid := run(t, m, quick).pid(t); pid == 0 {
		t.Error("the service does not run after the boot")
	}
}

func TestAShutdownStopsEvenAServiceThatIgnoresTheRequest(t *testing.T) {
	r := run(t, freshMachine(t), quick)
	pid := r.install(t, "TESTSERVICE_MODE=deaf")
	time.Sleep(100 * time.Millisecond) // until the program ignores the request
	begin := time.Now()
	r.end(nil)
	if took := time.Since(begin); took < settings.StopTimeout || took > settings.StopTimeout+time.Second {
		t.Errorf("took %v, want the stop time of %v", took, settings.StopTimeout)
	}
	if alive(pid) {
		t.Errorf("process %d outlived the shutdown", pid)
	}
}

func TestOneManagerPerMachine(t *testing.T) {
	m := freshMachine(t)
	run(t, m, quick)
	err := Serve(t.Context(), m, Options{quick, nil, func() {}})
	if err == nil || !strings.Contains(err.Error(), "runs already") {
		t.Errorf("got %v", err)
	}
}

func TestWithoutAManagerTheErrorSaysHowToStartOne(t *testing.T) {
	_, err := Client{t.TempDir()}.Query(t.Context(), "orders")
	if err == nil || !strings.Contains(err.Error(), "windows-ha-agent scm") {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptedWriteOfARegistrationIsIgnoredAtBoot(t *testing.T) {
	m := freshMachine(t)
	first := run(t, m, quick)
	first.install(t)
	first.end(nil)
	if err := os.WriteFile(filepath.Join(m.Root, "scm", "services", ".orders.json.123"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, m, quick)
}
