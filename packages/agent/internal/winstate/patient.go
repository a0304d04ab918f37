package winstate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Patient is a manager that waits as long as [Table] says where waiting helps, and explains what it gives up on.
type Patient struct {
	service.Manager
	// Pause lies between two attempts.
	Pause time.Duration
	// Holders names the running programs that are known to keep services open; nil where nobody can tell.
	Holders func() []string
}

var _ service.Manager = Patient{}

// try repeats a call while its state may pass. The caller's time limit counts, too: it decides when to kill.
func (p Patient) try(ctx context.Context, call func() error) error {
	begin := time.Now()
	for {
		err := call()
		state, known := Of(err)
		if err == nil || !known {
			return err
		}
		if time.Since(begin) >= state.Wait {
			return p.giveUp(state, err)
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), p.giveUp(state, err))
		case <-time.After(p.Pause):
		}
	}
}

func (p Patient) giveUp(state State, err error) error {
	if state.Code == MarkedForDelete && p.Holders != nil {
		if holders := p.Holders(); len(holders) > 0 {
			err = fmt.Errorf("%w, running now: %s", err, strings.Join(holders, ", "))
		}
	}
	return Explain(err)
}

func (p Patient) Query(ctx context.Context, name string) (status service.Status, err error) {
	err = p.try(ctx, func() error {
		status, err = p.Manager.Query(ctx, name)
		return err
	})
	return status, err
}

func (p Patient) Create(ctx context.Context, name string, settings service.Settings, program service.Program) error {
	return p.try(ctx, func() error { return p.Manager.Create(ctx, name, settings, program) })
}

func (p Patient) Configure(ctx context.Context, name string, settings service.Settings) error {
	return p.try(ctx, func() error { return p.Manager.Configure(ctx, name, settings) })
}

func (p Patient) SetProgram(ctx context.Context, name string, program service.Program) error {
	return p.try(ctx, func() error { return p.Manager.SetProgram(ctx, name, program) })
}

func (p Patient) Start(ctx context.Context, name string) error {
	return p.try(ctx, func() error { return p.Manager.Start(ctx, name) })
}

func (p Patient) Stop(ctx context.Context, name string) error {
	return p.try(ctx, func() error { return p.Manager.Stop(ctx, name) })
}

func (p Patient) Kill(ctx context.Context, name string) error {
	return p.try(ctx, func() error { return p.Manager.Kill(ctx, name) })
}

func (p Patient) Delete(ctx context.Context, name string) error {
	return p.try(ctx, func() error { return p.Manager.Delete(ctx, name) })
}
