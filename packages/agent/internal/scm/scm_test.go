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

// quick restarts twice, then gives up.
var quick = service.Recovery{
	Actions:     []service.RecoveryAction{{Action: service.ActionRestart, Delay: 0.03}, {Action: service.ActionRestart, Delay: 0.03}, {Action: service.ActionNone}},
	ResetPeriod: 60, NonCrashFailures: true,
}

const (
	quickRestarts = 2
	quickDelay    = 30 * time.Millisecond
)

var settings = service.Settings{DisplayName: "Orders", StartMode: service.StartAutomatic, PreShutdown: 1, Recovery: quick}

func TestManagerKeepsTheContract(t *testing.T) {
	servicetest.Run(t, func(t *testing.T) servicetest.Subject {
		r := run(t, freshMachine(t))
		return servicetest.Subject{Manager: r.Client, Name: "orders", Program: testservice}
	})
}

func (r running) install(t *testing.T, environment ...string) int {
	t.Helper()
	return r.installWith(t, settings, environment...)
}

func (r running) installWith(t *testing.T, settings service.Settings, environment ...string) int {
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
	r := run(t, freshMachine(t))
	first := r.install(t)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another process", func() bool { pid := r.pid(t); return pid != 0 && pid != first })
}

func TestAServiceThatKeepsCrashingIsGivenUpAfterTheRestarts(t *testing.T) {
	r := run(t, freshMachine(t))
	r.install(t, "TESTSERVICE_MODE=crash")
	log := filepath.Join(r.machine.LogsFolder(), "orders.log")
	starts := func() int {
		text, _ := os.ReadFile(log)
		return strings.Count(string(text), "crashing as told")
	}
	eventually(t, "first start and two restarts", func() bool { return starts() == 1+quickRestarts })
	time.Sleep(5 * quickDelay)
	if n := starts(); n != 1+quickRestarts {
		t.Errorf("started %d times, want %d", n, 1+quickRestarts)
	}
}

func TestAStartByHandDoesNotMakeFailuresForgotten(t *testing.T) {
	r := run(t, freshMachine(t))
	once := settings
	once.Recovery.Actions = []service.RecoveryAction{{Action: service.ActionRestart, Delay: 0.03}, {Action: service.ActionNone}}
	first := r.installWith(t, once)
	_ = syscall.Kill(first, syscall.SIGKILL)
	eventually(t, "the one restart", func() bool { pid := r.pid(t); return pid != 0 && pid != first })
	if err := errors.Join(r.Stop(t.Context(), "orders"), r.Start(t.Context(), "orders")); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(r.pid(t), syscall.SIGKILL)
	eventually(t, "the end", func() bool { return r.pid(t) == 0 })
	time.Sleep(5 * quickDelay)
	if pid := r.pid(t); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
}

func TestAnExitCodeIsAFailureOnlyWhereItIsDeclaredSoAndACrashAlways(t *testing.T) {
	for _, row := range []struct {
		mode     string
		nonCrash bool
		restarts bool
	}{{"crash", true, true}, {"crash", false, false}, {"panic", false, true}} {
		r := run(t, freshMachine(t))
		declared := settings
		declared.Recovery.NonCrashFailures = row.nonCrash
		r.installWith(t, declared, "TESTSERVICE_MODE="+row.mode)
		time.Sleep(10 * quickDelay)
		text, _ := os.ReadFile(filepath.Join(r.machine.LogsFolder(), "orders.log"))
		if starts := strings.Count(string(text), "as told"); (starts > 1) != row.restarts {
			t.Errorf("%+v: started %d times", row, starts)
		}
		r.end(ErrPowerOff)
	}
}

func TestAServiceWithoutRecoveryStaysDown(t *testing.T) {
	r := run(t, freshMachine(t))
	left := settings
	left.Recovery = service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionNone}}, ResetPeriod: 60}
	_ = syscall.Kill(r.installWith(t, left), syscall.SIGKILL)
	eventually(t, "the end", func() bool { return r.pid(t) == 0 })
	time.Sleep(5 * quickDelay)
	if pid := r.pid(t); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
}

func TestTheMachineStartsServicesByTheirStartMode(t *testing.T) {
	for mode, soon := range map[service.StartMode]bool{service.StartAutomatic: true, service.StartDelayed: false, service.StartManual: false} {
		m := freshMachine(t)
		first := run(t, m)
		declared := settings
		declared.StartMode = mode
		first.installWith(t, declared)
		first.end(nil)
		second := run(t, m)
		if running := second.pid(t) != 0; running != soon {
			t.Errorf("%s: runs at once: %t", mode, running)
		}
		if mode == service.StartDelayed {
			eventually(t, "the delayed start", func() bool { return second.pid(t) != 0 })
		}
		second.end(ErrPowerOff)
	}
}

func TestADependencyIsStartedFirstAndStoppedLast(t *testing.T) {
	r := run(t, freshMachine(t))
	base, dependent := settings, settings
	base.StartMode = service.StartManual
	dependent.Dependencies = []string{"Tcpip", "DATABASE"} // Windows' own, and case doesn't count
	program := service.Program{Path: testservice}
	if err := errors.Join(r.Create(t.Context(), "database", base, program), r.Create(t.Context(), "orders", dependent, program), r.Start(t.Context(), "orders")); err != nil {
		t.Fatal(err)
	}
	status, err := r.Query(t.Context(), "database")
	if err != nil || !status.Running() {
		t.Fatalf("the dependency: %+v, %v", status, err)
	}
	if err := r.Stop(t.Context(), "database"); err == nil || !strings.Contains(err.Error(), "the running service orders depends on it") {
		t.Errorf("stop of a dependency: %v", err)
	}
	if err := errors.Join(r.Stop(t.Context(), "orders"), r.Stop(t.Context(), "database")); err != nil {
		t.Error(err)
	}
}

func TestServicesThatWaitForEachOtherAreNamed(t *testing.T) {
	r := run(t, freshMachine(t))
	for name, dependency := range map[string]string{"a": "b", "b": "a"} {
		declared := settings
		declared.Dependencies = []string{dependency}
		if err := r.Create(t.Context(), name, declared, service.Program{Path: testservice}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Start(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "a and b depend on each other") {
		t.Errorf("got %v", err)
	}
}

func TestAServiceThatEndsWithExitCode0IsNotRestarted(t *testing.T) {
	r := run(t, freshMachine(t))
	r.install(t, "TESTSERVICE_MODE=exit")
	eventually(t, "the end", func() bool { return r.pid(t) == 0 })
	time.Sleep(5 * quickDelay)
	if pid := r.pid(t); pid != 0 {
		t.Errorf("process %d runs", pid)
	}
}

func TestStopCancelsARestartThatIsDue(t *testing.T) {
	r := run(t, freshMachine(t))
	pid := r.install(t)
	slow := settings
	slow.Recovery = service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionRestart, Delay: 0.1}}, ResetPeriod: 60}
	if err := r.Configure(t.Context(), "orders", slow); err != nil {
		t.Fatal(err)
	}
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
	first := run(t, m)
	pid := first.install(t)
	first.end(ErrPowerOff)
	if alive(pid) {
		t.Errorf("process %d outlived the power off", pid)
	}
	if pid := run(t, m).pid(t); pid == 0 {
		t.Error("the service does not run after the boot")
	}
}

func TestAShutdownStopsEvenAServiceThatIgnoresTheRequest(t *testing.T) {
	r := run(t, freshMachine(t))
	pid := r.install(t, "TESTSERVICE_MODE=deaf")
	time.Sleep(100 * time.Millisecond) // until the program ignores the request
	begin := time.Now()
	r.end(nil)
	if took := time.Since(begin); took < settings.PreShutdown.Duration() || took > settings.PreShutdown.Duration()+time.Second {
		t.Errorf("took %v, want the stop time of %v", took, settings.PreShutdown.Duration())
	}
	if alive(pid) {
		t.Errorf("process %d outlived the shutdown", pid)
	}
}

func TestOneManagerPerMachine(t *testing.T) {
	m := freshMachine(t)
	run(t, m)
	err := Serve(t.Context(), m, Options{Ready: func() {}})
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
	first := run(t, m)
	first.install(t)
	first.end(nil)
	if err := os.WriteFile(filepath.Join(m.Root, "scm", "services", ".orders.json.123"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, m)
}
