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
}

var settings = service.Settings{DisplayName: "Test service", Description: "Installed by a test", StopTimeout: 5 * time.Second}

// contract is one promise per row.
var contract = []struct {
	promise string
	check   func(*testing.T, *probe)
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
	}},
	{"a created service is registered as asked and doesn't run", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		status := p.status(t)
		if status.Running() || !status.Program.Equal(p.program()) || status.Settings != settings {
			t.Errorf("got %+v", status)
		}
	}},
	{"a service can't be created twice", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		if err := p.Create(t.Context(), p.Name, settings, p.program()); !errors.Is(err, service.ErrExists) {
			t.Errorf("got %v, want %v", err, service.ErrExists)
		}
	}},
	{"arguments and environment are kept to the letter", func(t *testing.T, p *probe) {
		program := p.program("A=", "B=with space", `C="quoted" \back\`, "D=ünïcode")
		program.Arguments = []string{"", "with space", `say "hi"`, `C:\folder with space\`, "--flag=a=b", "ünïcode"}
		p.create(t, program)
		if got := p.status(t).Program; !got.Equal(program) {
			t.Errorf("got %+v, want %+v", got, program)
		}
	}},
	{"settings can be changed while the service runs", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		pid := p.start(t)
		changed := service.Settings{DisplayName: "Other", Description: "", StopTimeout: 7 * time.Second}
		must(t, p.Configure(t.Context(), p.Name, changed))
		if status := p.status(t); status.Settings != changed || status.PID != pid {
			t.Errorf("got %+v", status)
		}
	}},
	{"starting a running service leaves its process alone", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		if first, second := p.start(t), p.start(t); first != second {
			t.Errorf("process %d became %d", first, second)
		}
	}},
	{"stop returns when the process has gone, and again at once", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		p.start(t)
		for range 2 {
			must(t, p.Stop(t.Context(), p.Name))
			if p.status(t).Running() {
				t.Error("still running after Stop")
			}
		}
	}},
	{"a stopped service can be started again", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		p.start(t)
		must(t, p.Stop(t.Context(), p.Name))
		p.start(t)
	}},
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
	}},
	{"a new program is for the next start, not for the running process", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		pid := p.start(t)
		changed := p.program("CHANGED=yes")
		must(t, p.SetProgram(t.Context(), p.Name, changed))
		if status := p.status(t); status.PID != pid || !status.Program.Equal(changed) {
			t.Errorf("got %+v", status)
		}
	}},
	{"a running service can't be deleted", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		p.start(t)
		if err := p.Delete(t.Context(), p.Name); !errors.Is(err, service.ErrRunning) {
			t.Errorf("got %v, want %v", err, service.ErrRunning)
		}
	}},
	{"a deleted service is unknown and its name is free", func(t *testing.T, p *probe) {
		p.create(t, p.program())
		must(t, p.Delete(t.Context(), p.Name))
		if _, err := p.Query(t.Context(), p.Name); !errors.Is(err, service.ErrNotFound) {
			t.Errorf("got %v, want %v", err, service.ErrNotFound)
		}
		p.create(t, p.program())
	}},
}

// Run checks every promise against a manager of its own.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	for _, row := range contract {
		t.Run(row.promise, func(t *testing.T) {
			s := subject(t)
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
