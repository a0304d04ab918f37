package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/windows/svc"
)

// executed plays the service control manager for one Execute.
type executed struct {
	requests chan svc.ChangeRequest
	changes  chan svc.Status
	ended    chan uint32
}

func execute(serve func(context.Context) error) executed {
	e := executed{requests: make(chan svc.ChangeRequest), changes: make(chan svc.Status), ended: make(chan uint32, 1)}
	go func() {
		_, code := (&service{serve: serve}).Execute(nil, e.requests, e.changes)
		e.ended <- code
	}()
	return e
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(5 * time.Second):
		t.Fatalf("waited 5 s for %s", what)
		panic("unreachable")
	}
}

func TestRunningIsReportedBeforeTheServiceIsReady(t *testing.T) {
	e := execute(func(ctx context.Context) error { <-ctx.Done(); return nil })
	status := receive(t, e.changes, "RUNNING")
	if status.State != svc.Running || status.Accepts != svc.AcceptStop|svc.AcceptShutdown|svc.AcceptPreShutdown {
		t.Errorf("%+v", status)
	}
	e.requests <- svc.ChangeRequest{Cmd: svc.Stop}
	receive(t, e.changes, "STOP_PENDING")
	receive(t, e.ended, "the end")
}

func TestEveryStopControlEndsWithCodeZero(t *testing.T) {
	for _, control := range []svc.Cmd{svc.Stop, svc.Shutdown, svc.PreShutdown} {
		release := make(chan struct{})
		e := execute(func(ctx context.Context) error { <-ctx.Done(); <-release; return nil })
		running := receive(t, e.changes, "RUNNING")
		e.requests <- svc.ChangeRequest{Cmd: control, CurrentStatus: running}
		pending := receive(t, e.changes, "STOP_PENDING")
		if pending.State != svc.StopPending || time.Duration(pending.WaitHint)*time.Millisecond <= stopBudget {
			t.Errorf("control %d: %+v", control, pending)
		}
		e.requests <- svc.ChangeRequest{Cmd: svc.Interrogate, CurrentStatus: pending}
		if status := receive(t, e.changes, "an answer while stopping"); status.State != svc.StopPending {
			t.Errorf("control %d: %+v", control, status)
		}
		close(release)
		if code := receive(t, e.ended, "the end"); code != 0 {
			t.Errorf("control %d: code %d; anything but 0 would start the service again", control, code)
		}
	}
}

func TestAFailureEndsWithACodeThatTriggersRecovery(t *testing.T) {
	e := execute(func(context.Context) error { return errors.New("port taken") })
	receive(t, e.changes, "RUNNING")
	if code := receive(t, e.ended, "the end"); code == 0 {
		t.Error("code 0: the manager would take the failure for a normal stop")
	}
}
