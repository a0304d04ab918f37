package winscm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/mgr"

	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/winstate"
)

const pollInterval = 50 * time.Millisecond

// process is an open handle. While it is open, Windows gives the process id to nobody else.
type process struct{ handle windows.Handle }

func openProcess(pid uint32, access uint32) (process, error) {
	handle, err := host.OpenProcess(pid, access|windows.SYNCHRONIZE)
	return process{handle}, err
}

func (p process) close() { _ = windows.CloseHandle(p.handle) }

func (p process) alive() bool {
	event, err := windows.WaitForSingleObject(p.handle, 0)
	return err == nil && event == uint32(windows.WAIT_TIMEOUT)
}

func (p process) terminate() error {
	if err := windows.TerminateProcess(p.handle, 1); err != nil && p.alive() {
		return err
	}
	return nil
}

// processAlive asks the process, not the SCM: after a crash the SCM may still call the service running.
func processAlive(pid uint32) bool {
	if pid == 0 {
		return false
	}
	p, err := openProcess(pid, 0)
	if err != nil {
		// A process that may not be opened exists; an id that nobody has is an invalid parameter.
		return errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer p.close()
	return p.alive()
}

// endProcess opens the service's process before it is ended: "stopped" to the SCM isn't yet "gone", and only the
// handle tells when the program's file and port are free.
func endProcess(ctx context.Context, s *mgr.Service, how func(process) error) error {
	p, found, err := openServiceProcess(s)
	if err != nil || !found {
		return err
	}
	defer p.close()
	if !p.alive() {
		return nil
	}
	if err := how(p); err != nil {
		return err
	}
	for p.alive() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
	return waitUntilStopped(ctx, s)
}

// openServiceProcess opens the process that the SCM calls the service's; false when there is none. Between the answer
// and the opening it may end, and another one get its number. So the SCM is asked again: as long as it names a process
// it keeps that one's number taken, and from the opening on so do we.
func openServiceProcess(s *mgr.Service) (p process, found bool, err error) {
	state, err := s.Query()
	for err == nil && state.ProcessId != 0 {
		pid := state.ProcessId
		if p, err = openProcess(pid, windows.PROCESS_TERMINATE); errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
			return p, false, nil // it has gone meanwhile
		}
		if err != nil {
			return p, false, fmt.Errorf("process %d: %w", pid, err)
		}
		if state, err = s.Query(); err == nil && state.ProcessId == pid {
			return p, true, nil
		}
		p.close()
	}
	return p, false, err
}

// unstoppable are answers of a service that no request reaches: it takes no stop, or its thread that takes requests
// hangs, which Windows finds out after 30 s. It is as good as one that doesn't stop in time.
var unstoppable = []error{windows.ERROR_INVALID_SERVICE_CONTROL, windows.ERROR_SERVICE_REQUEST_TIMEOUT}

// stopInTime asks the service to stop and waits for the answer no longer than the context allows: the call itself takes
// up to 30 s. It gets a handle of its own, because it may outlive the caller's.
func stopInTime(ctx context.Context, name string) error {
	answer := make(chan error, 1)
	go func() { answer <- with(name, "ask to stop", func(s *mgr.Service) error { return askToStop(ctx, s) }) }()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-answer:
		return err
	}
}

// askToStop sends the request. A service that is starting takes none, so it is waited for as long as it makes progress;
// one that stands still is as good as one that doesn't stop in time.
func askToStop(ctx context.Context, s *mgr.Service) error {
	var progress winstate.Progress
	for {
		_, err := s.Control(svc.Stop)
		if err == nil || errors.Is(err, windows.ERROR_SERVICE_NOT_ACTIVE) {
			return nil
		}
		if slices.ContainsFunc(unstoppable, func(code error) bool { return errors.Is(err, code) }) {
			return context.DeadlineExceeded
		}
		if !errors.Is(err, windows.ERROR_SERVICE_CANNOT_ACCEPT_CTRL) {
			return err
		}
		state, err := s.Query()
		if err != nil || state.State == svc.StopPending || state.State == svc.Stopped {
			return err
		}
		if progress.Stalled(time.Now(), state.CheckPoint, time.Duration(state.WaitHint)*time.Millisecond) {
			return context.DeadlineExceeded
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// waitUntilStopped lets the SCM notice the end of the process: until then it refuses a start.
func waitUntilStopped(ctx context.Context, s *mgr.Service) error {
	deadline := time.Now().Add(settleTime)
	for {
		state, err := s.Query()
		if err != nil || state.ProcessId == 0 || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// waitUntilGone returns when the name is free again. The SCM removes a service when its last handle is closed.
func waitUntilGone(ctx context.Context, name string) error {
	deadline := time.Now().Add(settleTime)
	for {
		err := with(name, "delete", func(*mgr.Service) error { return nil })
		if errors.Is(err, service.ErrNotFound) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("service %s: %w", name, windows.ERROR_SERVICE_MARKED_FOR_DELETE)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}
