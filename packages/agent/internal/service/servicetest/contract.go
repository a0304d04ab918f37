// Package servicetest holds the contract that every [service.Manager] keeps, and a recording fake that keeps it too.
package servicetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Subject is a manager under test.
type Subject struct {
	Manager service.Manager
	// Name of a service that doesn't exist yet and that the test may create.
	Name string
	// Program runs until it is stopped; with the environment TESTSERVICE_MODE=deaf it ignores a stop request.
	Program string
	// Lacks names what the system under the manager can't do, and why: promises that need it are skipped, by name.
	Lacks map[Need]string
}

// Need is something that a promise can only be checked with.
type Need string

const (
	// Dependencies are read back as they were written.
	Dependencies Need = "dependencies"
	// Environment of the registration reaches the process.
	Environment Need = "environment"
	// NoticedEnd is a manager that sees that a process has ended without its doing.
	NoticedEnd Need = "noticed-end"
)

// settings are the usual ones.
var settings = service.Settings{
	DisplayName: "Test service", Description: "Installed by a test", SIDType: service.SIDUnrestricted,
	StartMode: service.StartAutomatic, PreShutdown: 5, Recovery: service.DefaultRecovery,
}

// unusual are other ones in every respect, with names that every Windows knows.
var unusual = service.Settings{
	DisplayName: "Other", Account: `NT AUTHORITY\LocalService`, SIDType: service.SIDRestricted,
	RequiredPrivileges: []string{"SeChangeNotifyPrivilege", "SeCreateGlobalPrivilege"},
	StartMode:          service.StartDelayed, Dependencies: []string{"Tcpip", "RpcSs"}, PreShutdown: 7.5,
	Recovery: service.Recovery{
		Actions: []service.RecoveryAction{
			{Action: service.ActionRestart}, {Action: service.ActionRestart, Delay: 2}, {Action: service.ActionRestart, Delay: 60},
		},
		ResetPeriod: 86400,
	},
}

// contract is one promise per row.
var contract = []struct {
	promise string
	check   func(*testing.T, *probe)
	needs   []Need
}{
	{"an unknown service is reported as such", func(t *testing.T, p *probe) {
		for what, err := range map[string]error{
			"query": second(p.Query(t.Context(), p.Name)), "start": p.Start(t.Context(), p.Name),
			"stop": p.Stop(t.Context(), p.Name), "kill": p.Kill(t.Context(), p.Name), "delete": p.Delete(t.Context(), p.Name),
			"configure": p.Configure(t.Context(), p.Name, settings), "set program": p.SetProgram(t.Context(), p.Name, p.program()),
		} {
			if !errors.Is(err, service.ErrNotFound) {
				t.Errorf("%s: got %v, want %v", what, err, service.ErrNotFound)
			}
		}
	}, nil},
	{"a created service is registered as asked and doesn't run", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		status := p.status(t)
		if status.Running() || !status.Program.Equal(p.program()) || !status.Settings.Equal(settings) {
			t.Errorf("got %+v", status)
		}
	}, nil},
	{"a service can't be created twice", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		if err := p.Create(t.Context(), p.Name, settings, p.program()); !errors.Is(err, service.ErrExists) {
			t.Errorf("got %v, want %v", err, service.ErrExists)
		}
	}, nil},
	{"arguments and environment are kept to the letter", func(t *testing.T, p *probe) {
		program := p.program("A=", "B=with space", `C="quoted" \back\`, "D=ünïcode")
		program.Arguments = []string{"", "with space", `say "hi"`, `C:\folder with space\`, "--flag=a=b", "ünïcode"}
		p.create(t, program)
		if got := p.status(t).Program; !got.Equal(program) {
			t.Errorf("got %+v, want %+v", got, program)
		}
	}, nil},
	{"settings can be changed while the service runs", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		pid := p.start(t)
		for _, changed := range []service.Settings{unusual, settings} {
			must(t, p.Configure(t.Context(), p.Name, changed))
			if status := p.status(t); !status.Settings.Equal(changed) || status.PID != pid {
				t.Errorf("got %+v, want %+v", status, changed)
			}
		}
	}, []Need{Dependencies}},
	{"a service can be created with unusual settings", func(t *testing.T, p *probe) {
		must(t, p.Create(t.Context(), p.Name, unusual, p.program()))
		if got := p.status(t).Settings; !got.Equal(unusual) {
			t.Errorf("got %+v, want %+v", got, unusual)
		}
	}, []Need{Dependencies}},
	{"required privileges and dependencies are replaced, not added", func(t *testing.T, p *probe) {
		must(t, p.Create(t.Context(), p.Name, unusual, p.program()))
		fewer := unusual
		fewer.RequiredPrivileges, fewer.Dependencies = unusual.RequiredPrivileges[:1], unusual.Dependencies[1:]
		must(t, p.Configure(t.Context(), p.Name, fewer))
		if got := p.status(t).Settings; !got.Equal(fewer) {
			t.Errorf("got %+v, want %+v", got, fewer)
		}
	}, []Need{Dependencies}},
	{"a start mode is for the machine, not for who asks: a service with manual start can be started", func(t *testing.T, p *probe) {
		manual := settings
		manual.StartMode = service.StartManual
		must(t, p.Create(t.Context(), p.Name, manual, p.program()))
		p.start(t)
	}, nil},
	{"the recovery of a service outlives a kill and a start", func(t *testing.T, p *probe) {
		must(t, p.Create(t.Context(), p.Name, settings, p.program()))
		for _, end := range []func(context.Context, string) error{p.Kill, p.Stop} {
			p.start(t)
			must(t, end(t.Context(), p.Name))
		}
		p.start(t)
		if got := p.status(t).Settings; !got.Equal(settings) {
			t.Errorf("got %+v, want %+v", got, settings)
		}
	}, []Need{NoticedEnd}},
	{"starting a running service leaves its process alone", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		if first, second := p.start(t), p.start(t); first != second {
			t.Errorf("process %d became %d", first, second)
		}
	}, nil},
	{"stop returns when the process has gone, and again at once", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		p.start(t)
		for range 2 {
			must(t, p.Stop(t.Context(), p.Name))
			if p.status(t).Running() {
				t.Error("still running after Stop")
			}
		}
	}, nil},
	{"a stopped service can be started again", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		p.start(t)
		must(t, p.Stop(t.Context(), p.Name))
		p.start(t)
	}, nil},
	{"a service that doesn't stop in time can be killed and stays down", func(t *testing.T, p *probe) {
		p.create(t, p.program("TESTSERVICE_MODE=deaf"))
		p.start(t)
		time.Sleep(100 * time.Millisecond) // until the program ignores the request
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := p.Stop(ctx, p.Name); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Stop: got %v, want %v", err, context.DeadlineExceeded)
		}
		must(t, p.Kill(t.Context(), p.Name))
		if p.status(t).Running() {
			t.Error("still running after Kill")
		}
		must(t, p.Kill(t.Context(), p.Name)) // again at once
	}, []Need{Environment}},
	{"a new program is for the next start, not for the running process", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		pid := p.start(t)
		changed := p.program("CHANGED=yes")
		must(t, p.SetProgram(t.Context(), p.Name, changed))
		if status := p.status(t); status.PID != pid || !status.Program.Equal(changed) {
			t.Errorf("got %+v", status)
		}
	}, nil},
	{"a running service can't be deleted", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		p.start(t)
		if err := p.Delete(t.Context(), p.Name); !errors.Is(err, service.ErrRunning) {
			t.Errorf("got %v, want %v", err, service.ErrRunning)
		}
	}, nil},
	{"a deleted service is unknown and its name is free", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		must(t, p.Delete(t.Context(), p.Name))
		if _, err := p.Query(t.Context(), p.Name); !errors.Is(err, service.ErrNotFound) {
			t.Errorf("got %v, want %v", err, service.ErrNotFound)
		}
		p.create(t, p.program())
	}, nil},
}

// Run checks every promise against a manager of its own.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	for _, row := range contract {
		t.Run(row.promise, func(t *testing.T) {
			s := subject(t)
			for _, need := range row.needs {
				if why, lacks := s.Lacks[need]; lacks {
					t.Skipf("needs %s: %s", need, why)
				}
			}
			p := &probe{s.Manager, s}
			t.Cleanup(p.remove)
			row.check(t, p)
		})
	}
}

// probe is the subject with the few steps that most promises share.
type probe struct {
	service.Manager
	Subject
}

func (p *probe) program(environment ...string) service.Program {
	return service.Program{Path: p.Program, Arguments: []string{"run"}, Environment: environment}
}

func (p *probe) create(t *testing.T, program service.Program) {
	t.Helper()
	must(t, p.Create(t.Context(), p.Name, settings, program))
}

func (p *probe) start(t *testing.T) int {
	t.Helper()
	must(t, p.Start(t.Context(), p.Name))
	status := p.status(t)
	if !status.Running() {
		t.Fatal("not running after Start")
	}
	return status.PID
}

func (p *probe) status(t *testing.T) service.Status {
	t.Helper()
	status, err := p.Query(t.Context(), p.Name)
	must(t, err)
	return status
}

// remove leaves nothing behind, whatever the test did.
func (p *probe) remove() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = p.Kill(ctx, p.Name)
	_ = p.Delete(ctx, p.Name)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func second(_ service.Status, err error) error { return err }
