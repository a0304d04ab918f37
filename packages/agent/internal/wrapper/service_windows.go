package wrapper

import (
	"context"
	"fmt"
	"os/signal"
	"time"

	"golang.org/x/sys/windows/svc"
)

// Serve runs the program as the service that Windows started this process for.
func (p Program) Serve(context.Context) (End, error) {
	// Not the console's signals: Windows may send those to services when a user logs off, and ends a process for them that
	// takes them. What a service does about them by default is nothing.
	signal.Reset()
	p.isService = true
	h := &handler{program: p}
	if err := svc.Run("", h); err != nil {
		return End{}, fmt.Errorf("service control manager: %w", err)
	}
	return h.end, h.err
}

// handler speaks with the service control manager.
type handler struct {
	program Program
	end     End
	err     error
}

// startFailed is the code of a program that could not be started: one that Windows' own errors don't have.
const startFailed = 0xE0000001

func (h *handler) Execute(_ []string, requests <-chan svc.ChangeRequest, status chan<- svc.Status) (bool, uint32) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.end, h.err = h.program.Run(ctx)
	}()
	status <- svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptPreShutdown}
	for {
		select {
		case <-ended:
			return h.code()
		case request := <-requests:
			switch request.Cmd {
			case svc.Interrogate:
				status <- request.CurrentStatus
			case svc.Stop, svc.PreShutdown:
				patience := h.program.StopTimeout() + lastWords + time.Second
				status <- svc.Status{State: svc.StopPending, WaitHint: uint32(patience.Milliseconds())}
				stop()
			}
		}
	}
}

// code is what the service control manager counts: an end that was asked for is no failure, whatever the program says.
func (h *handler) code() (specific bool, code uint32) {
	switch {
	case h.err != nil:
		return true, startFailed
	case h.end.Wanted || h.end.Code == 0:
		return false, 0
	default:
		return true, uint32(h.end.Code)
	}
}
