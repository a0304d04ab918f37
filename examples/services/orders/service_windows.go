package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
)

const (
	acceptedControls = svc.AcceptStop | svc.AcceptShutdown | svc.AcceptPreShutdown

	// Past the stop budget by a little, so that the manager never gives up on a stop that is still within it.
	stopWaitHint = stopBudget + 5*time.Second

	// Any non-zero code makes the manager apply the recovery actions, if failure actions on non-crash exits are on.
	serviceFailed = 1
	eventID       = 1
)

// supervise asks the manager itself whether it started this process: svc.IsWindowsService guesses from the parent
// process and the session, and is wrong under Wine.
func supervise(serve func(context.Context) error) error {
	handler := &service{serve: serve}
	err := svc.Run(serviceName, handler)
	if errors.Is(err, windows.ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
		return console(serve)
	}
	if err != nil {
		return fmt.Errorf("connect to the service control manager: %w", err)
	}
	return handler.err
}

// service speaks to the service control manager for the function that it runs.
type service struct {
	serve func(context.Context) error
	err   error
}

// Execute reports RUNNING at once and connects in the background (S1-17): readiness is what /ready says, not what the
// manager shows (E63). It returns, and so reaches STOPPED, in every case: a process that just exits while stopping
// looks like a crash and is restarted right after `sc stop`.
func (s *service) Execute(_ []string, requests <-chan svc.ChangeRequest, changes chan<- svc.Status) (bool, uint32) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.serve(ctx) }()

	changes <- svc.Status{State: svc.Running, Accepts: acceptedControls}
	for {
		select {
		case s.err = <-done:
			if s.err == nil {
				return false, 0
			}
			reportFailure(s.err)
			return true, serviceFailed
		case request := <-requests:
			switch request.Cmd {
			case svc.Interrogate:
				changes <- request.CurrentStatus
			case svc.Stop, svc.Shutdown, svc.PreShutdown:
				changes <- svc.Status{State: svc.StopPending, WaitHint: uint32(stopWaitHint.Milliseconds())}
				stop()
			}
		}
	}
}

// reportFailure writes to the Application event log: a service has no console where anybody could read the reason.
func reportFailure(failure error) {
	log, err := eventlog.Open(serviceName)
	if err != nil {
		return
	}
	defer log.Close()
	_ = log.Error(eventID, failure.Error())
}
