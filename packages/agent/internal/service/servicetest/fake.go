package servicetest

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Fake is a manager in memory. It writes down every call that changes something and fails where it is told to.
type Fake struct {
	// Fail is asked before each call, with the call as [Fake.Calls] writes it; an error makes the call fail.
	Fail func(call string) error

	mu       sync.Mutex
	calls    []string
	services map[string]*service.Status
	nextPID  int
}

var _ service.Manager = (*Fake)(nil)

// Calls are the changing calls so far, as "start", or "set-program <path>".
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// call writes the call down and, unless it has to fail, changes the service. A nil status means that there is none.
func (f *Fake) call(name string, change func(*service.Status) error, words ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	text := strings.Join(words, " ")
	f.calls = append(f.calls, text)
	if f.Fail != nil {
		if err := f.Fail(text); err != nil {
			return err
		}
	}
	return change(f.services[name])
}

// known makes a change fail for a service that there isn't.
func known(change func(*service.Status) error) func(*service.Status) error {
	return func(s *service.Status) error {
		if s == nil {
			return service.ErrNotFound
		}
		return change(s)
	}
}

func (f *Fake) Query(_ context.Context, name string) (service.Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	status, found := f.services[name]
	if !found {
		return service.Status{}, service.ErrNotFound
	}
	return *status, nil
}

func (f *Fake) Create(_ context.Context, name string, settings service.Settings, program service.Program) error {
	return f.call(name, func(s *service.Status) error {
		if s != nil {
			return service.ErrExists
		}
		if f.services == nil {
			f.services = map[string]*service.Status{}
		}
		f.services[name] = &service.Status{Settings: settings, Program: program}
		return nil
	}, "create", program.Path)
}

func (f *Fake) Configure(_ context.Context, name string, settings service.Settings) error {
	return f.call(name, known(func(s *service.Status) error { s.Settings = settings; return nil }), "configure", settings.DisplayName)
}

func (f *Fake) SetProgram(_ context.Context, name string, program service.Program) error {
	return f.call(name, known(func(s *service.Status) error { s.Program = program; return nil }), "set-program", program.Path)
}

func (f *Fake) Start(_ context.Context, name string) error {
	return f.call(name, known(func(s *service.Status) error {
		if s.PID == 0 {
			f.nextPID++
			s.PID = f.nextPID
		}
		return nil
	}), "start")
}

func (f *Fake) Stop(ctx context.Context, name string) error {
	return f.call(name, known(func(s *service.Status) error {
		if s.PID != 0 && slices.Contains(s.Program.Environment, "TESTSERVICE_MODE=deaf") {
			f.mu.Unlock()
			<-ctx.Done()
			f.mu.Lock()
			return ctx.Err()
		}
		s.PID = 0
		return nil
	}), "stop")
}

func (f *Fake) Kill(_ context.Context, name string) error {
	return f.call(name, known(func(s *service.Status) error { s.PID = 0; return nil }), "kill")
}

func (f *Fake) Delete(_ context.Context, name string) error {
	return f.call(name, known(func(s *service.Status) error {
		if s.PID != 0 {
			return service.ErrRunning
		}
		delete(f.services, name)
		return nil
	}), "delete")
}
