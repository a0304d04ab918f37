package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/health"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/leadership"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

// Everything that ORDERS_FAULT does is in this file. It plays a bad release in a drill; leave it unset in production.

const slowStart = 5 * time.Second

// applyFaultAtStart plays the faults that show before the service listens. The context that it returns is the one to
// serve under.
func applyFaultAtStart(ctx context.Context, fault settings.Fault, log *slog.Logger) (context.Context, error) {
	if fault == settings.FaultNone {
		return ctx, nil
	}
	log.Warn("this process plays a fault for a drill", "ORDERS_FAULT", string(fault))
	switch fault {
	case settings.FaultExit:
		return ctx, errors.New("ORDERS_FAULT=exit: leaving right after the start, as the drill asked")
	case settings.FaultSlowStart:
		select {
		case <-time.After(slowStart):
		case <-ctx.Done():
		}
	case settings.FaultIgnoreStop:
		return context.WithoutCancel(ctx), nil
	}
	return ctx, nil
}

func healthOf(fault settings.Fault, identity web.Identity) http.Handler {
	if fault == settings.FaultUnhealthy {
		return health.UnhealthyHandler(identity)
	}
	return health.HealthHandler(identity)
}

// workOf is the leader's work. A stale leader never learns that it lost the lock, and goes on for as long as the process
// lives: whatever it writes to has to refuse it.
func workOf(fault settings.Fault, journal *leadership.Journal) func(context.Context, uint64) error {
	if fault != settings.FaultStaleLeader {
		return journal.Keep
	}
	return func(ctx context.Context, token uint64) error {
		go func() {
			for {
				_ = journal.Keep(context.WithoutCancel(ctx), token)
				time.Sleep(journal.Interval)
			}
		}()
		<-ctx.Done()
		return nil
	}
}
