// Package scmservice runs a function as the service that the service control manager started this process for.
package scmservice

import (
	"context"
	"os/signal"
	"time"

	"golang.org/x/sys/windows/svc"
)

// Service is what runs, and how it ends.
type Service struct {
	// Ends are the requests that end it besides the usual stop: shutdown or pre-shutdown.
	Ends svc.Accepted
	// Patience tells how long it may take to end; asked for at that moment, nil for a moment.
	Patience func() time.Duration
	// Run returns the code that the service control manager is told; 0 is no failure.
	Run func(ctx context.Context) (code uint32)
}

// Run returns when the service has ended. It fails with ERROR_FAILED_SERVICE_CONTROLLER_CONNECT in a process that the
// service control manager did not start: nobody but the manager knows that for sure.
func Run(name string, service Service) error { return svc.Run(name, service) }

// Execute speaks with the service control manager.
func (s Service) Execute(_ []string, requests <-chan svc.ChangeRequest, status chan<- svc.Status) (specific bool, code uint32) {
	// Not the console's signals: Windows may send those to services when a user logs off (golang/go#40167), and ends a
	// process for them that takes them. What a service does about them by default is nothing.
	signal.Reset()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan uint32, 1)
	go func() { ended <- s.Run(ctx) }()
	status <- svc.Status{State: svc.Running, Accepts: svc.AcceptStop | s.Ends}
	for {
		select {
		case code := <-ended:
			return code != 0, code
		case request := <-requests:
			switch request.Cmd {
			case svc.Interrogate:
				status <- request.CurrentStatus
			case svc.Stop, svc.Shutdown, svc.PreShutdown:
				ending := svc.Status{State: svc.StopPending}
				if s.Patience != nil {
					ending.WaitHint = uint32(s.Patience().Milliseconds())
				}
				status <- ending
				stop()
			}
		}
	}
}
