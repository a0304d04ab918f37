// Package winscm is the agent's [service.Manager] on Windows: the service control manager.
//
// It uses the raw calls where package mgr would change more than was asked for, or would make a service's creation
// depend on a setting that some systems don't know.
package winscm

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/mgr"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Manager talks to the service control manager of this machine. Each call opens its own handles and closes them: an
// open handle keeps a deleted service alive.
type Manager struct{}

var _ service.Manager = Manager{}

// with opens a service, calls f and closes everything again.
func with(name, doing string, f func(*mgr.Service) error) error {
	manager, err := mgr.Connect()
	if err != nil {
		return fmt.Errorf("service control manager: %w (run the agent as an administrator)", err)
	}
	defer manager.Disconnect()
	s, err := manager.OpenService(name)
	if errors.Is(err, windows.ERROR_SERVICE_DOES_NOT_EXIST) {
		return service.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("service %s: open: %w", name, err)
	}
	defer s.Close()
	if err := f(s); err != nil {
		if errors.Is(err, service.ErrRunning) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return fmt.Errorf("service %s: %s: %w", name, doing, err)
	}
	return nil
}

func (m Manager) Query(_ context.Context, name string) (service.Status, error) {
	var status service.Status
	err := with(name, "query", func(s *mgr.Service) (err error) {
		if status.Program, err = readProgram(s); err != nil {
			return err
		}
		if status.Settings, err = readSettings(s); err != nil {
			return err
		}
		state, err := s.Query()
		if err != nil {
			return err
		}
		if state.State != svc.Stopped && processAlive(state.ProcessId) {
			status.PID = int(state.ProcessId)
			status.Paused = state.State != svc.Running
		}
		return nil
	})
	return status, err
}

func (m Manager) Create(_ context.Context, name string, settings service.Settings, program service.Program) error {
	manager, err := mgr.Connect()
	if err != nil {
		return fmt.Errorf("service control manager: %w (run the agent as an administrator)", err)
	}
	defer manager.Disconnect()
	pointers, err := utf16Pointers(name, settings.DisplayName, imagePath(program), accountOf(name, settings.Account))
	if err != nil {
		return err
	}
	if err := allowServiceLogon(settings.Account); err != nil {
		return fmt.Errorf("service %s: create: %w", name, err)
	}
	// Only what every system knows; all further settings are applied one by one.
	handle, err := windows.CreateService(manager.Handle, pointers[0], pointers[1], windows.SERVICE_ALL_ACCESS,
		windows.SERVICE_WIN32_OWN_PROCESS, mgr.StartAutomatic, mgr.ErrorNormal, pointers[2], nil, nil, nil, pointers[3], nil)
	if errors.Is(err, windows.ERROR_SERVICE_EXISTS) {
		return service.ErrExists
	}
	if err != nil {
		return fmt.Errorf("service %s: create: %w", name, err)
	}
	s := &mgr.Service{Name: name, Handle: handle}
	defer s.Close()
	err = errors.Join(applySettings(s, settings), writeEnvironment(name, program.Environment), flush(name))
	if err != nil {
		return errors.Join(fmt.Errorf("service %s: create: %w", name, err), s.Delete())
	}
	return nil
}

func (m Manager) Configure(_ context.Context, name string, settings service.Settings) error {
	return with(name, "configure", func(s *mgr.Service) error {
		return errors.Join(changeAccount(s, settings.Account), applySettings(s, settings), flush(name))
	})
}

func (m Manager) SetProgram(_ context.Context, name string, program service.Program) error {
	return with(name, "change the program", func(s *mgr.Service) error { return writeProgram(s, program) })
}

func (m Manager) Start(_ context.Context, name string) error {
	return with(name, "start", func(s *mgr.Service) error {
		if err := restoreRecovery(s); err != nil { // Stop and Kill take it away
			return err
		}
		err := s.Start()
		if !errors.Is(err, windows.ERROR_SERVICE_ALREADY_RUNNING) {
			return err
		}
		// The SCM says so of a service that is stopping, too; that one has to be started again when it has stopped.
		if state, queryErr := s.Query(); queryErr != nil || state.State == svc.StopPending {
			return errors.Join(err, queryErr)
		}
		return nil
	})
}

func (m Manager) Stop(ctx context.Context, name string) error {
	return with(name, "stop", func(s *mgr.Service) error {
		// To the SCM a program that ends badly when it is asked to stop has failed, and is started again.
		if err := suspendRecovery(s); err != nil {
			return err
		}
		err := endProcess(ctx, s, func(process) error { return stopInTime(ctx, name) })
		if err != nil {
			err = errors.Join(err, restoreRecovery(s)) // it may go on
		}
		return err
	})
}

func (m Manager) Kill(ctx context.Context, name string) error {
	return with(name, "kill", func(s *mgr.Service) error {
		// To the SCM a killed process is a crash. Without this it would start the old program again 5 s later.
		if err := suspendRecovery(s); err != nil {
			return err
		}
		return endProcess(ctx, s, process.terminate)
	})
}

func (m Manager) Delete(ctx context.Context, name string) error {
	err := with(name, "delete", func(s *mgr.Service) error {
		state, err := s.Query()
		if err != nil {
			return err
		}
		if state.State != svc.Stopped && processAlive(state.ProcessId) {
			return service.ErrRunning
		}
		if err := s.Delete(); err != nil && !errors.Is(err, windows.ERROR_SERVICE_MARKED_FOR_DELETE) {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	return waitUntilGone(ctx, name)
}
