package wrapper

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sys/windows/svc"

	"github.com/windows-ha/windows-ha/packages/agent/internal/scmservice"
)

// startFailed is the code of a program that could not be started: one that Windows' own errors don't have.
const startFailed = 0xE0000001

// Serve runs the program as the service that Windows started this process for.
func (p Program) Serve(context.Context) (end End, err error) {
	p.isService = true
	runErr := scmservice.Run("", scmservice.Service{
		Ends:     svc.AcceptPreShutdown,
		Patience: func() time.Duration { return p.StopTimeout() + lastWords + time.Second },
		Run: func(ctx context.Context) uint32 {
			end, err = p.live(ctx)
			return code(end, err)
		},
	})
	if runErr != nil {
		return End{}, fmt.Errorf("service control manager: %w", runErr)
	}
	return end, err
}

// code is what the service control manager counts: an end that was asked for is no failure, whatever the program says.
func code(end End, err error) uint32 {
	switch {
	case err != nil:
		return startFailed
	case end.Wanted:
		return 0
	default:
		return uint32(end.Code)
	}
}
