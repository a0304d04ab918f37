package leadership

import (
	"context"
	"errors"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
)

// lead works until the lock is lost, a drain begins or ctx ends. It returns when the work has ended: this process never
// does it twice at the same time.
func (e *Elector) lead(ctx context.Context, session string, token uint64) error {
	leading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	e.change(func(s *State) { *s = State{Leading: true, Leader: e.Machine, Token: token} })
	e.Log.Info("leads", "token", token, "session", session)
	defer func() {
		e.change(func(s *State) { *s = State{} })
		e.Log.Info("leads no more", "token", token, "why", reason(ctx, leading))
	}()

	worked := make(chan error, 1)
	go func() { worked <- e.Lead(leading, token) }()
	go e.onDrain(leading, func() { stop(errDraining) })
	go e.confirm(leading, session, stop)

	var err error
	select {
	case err = <-worked:
		stop(err)
	case <-leading.Done():
		// Whoever asks is told at once, whatever the work is still waiting for.
		e.change(func(s *State) { *s = State{} })
		err = <-worked
	}
	if cause := context.Cause(leading); errors.Is(cause, errLost) {
		return cause
	}
	return err
}

var (
	errLost     = errors.New("the lock is somebody else's, or nobody's")
	errDraining = errors.New("the service drains")
)

// confirm asks again and again whether the lock is still held, and ends the lead when it isn't, or when nobody says so
// in time.
func (e *Elector) confirm(ctx context.Context, session string, stop context.CancelCauseFunc) {
	lease := time.AfterFunc(e.Timing.Lease, func() { stop(errors.Join(errLost, errors.New("Consul hasn't confirmed it in time"))) })
	defer lease.Stop()
	index := uint64(0)
	for ctx.Err() == nil {
		asked := time.Now()
		entry, seen, err := e.Locks.Get(ctx, e.Key, consul.Query{Index: index, Wait: e.Timing.Confirm, Consistent: true})
		switch {
		case ctx.Err() != nil:
		case err != nil:
			index = 0
			e.pause(ctx, e.Timing.Retry)
		case entry == nil || entry.Session != session:
			stop(errLost)
		default:
			lease.Reset(e.Timing.Lease)
			if seen < index {
				seen = 0
			}
			index = seen
			e.pause(ctx, e.Timing.Retry-time.Since(asked))
		}
	}
}

func reason(ctx, leading context.Context) string {
	if ctx.Err() != nil {
		return "the service stops"
	}
	if cause := context.Cause(leading); cause != nil {
		return cause.Error()
	}
	return "its work has ended"
}
