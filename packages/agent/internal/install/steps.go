package install

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/steps"
)

type step = steps.Step[*transaction]

// The two ways to a release. A failure undoes the failed step and all before it, last first.
var (
	firstInstall = []step{deliver, register, expose, start, pass, record}
	upgrade      = []step{drain, stop, deliver, commit, configure, expose, start, pass, announce, admit, record}
)

// recordName is the point of no return: the release is good, what is left is to write it down.
const recordName = "record"

var register = step{
	Name: "register",
	Do: func(ctx context.Context, t *transaction) error {
		return t.Manager.Create(ctx, t.Next.name(), t.Next.settings(), t.Next.Program)
	},
	Undo: func(ctx context.Context, t *transaction) error { return t.remove(ctx, t.Next) },
}

var drain = step{
	Name: "drain",
	Do: func(ctx context.Context, t *transaction) error {
		status, err := t.Manager.Query(ctx, t.Next.name())
		if err != nil || !status.Running() {
			return err
		}
		if err := t.drain(ctx, *t.Former); err != nil {
			return err
		}
		return t.awaitRun(ctx, *t.Former, status.PID)
	},
	Undo: func(_ context.Context, t *transaction) error { return t.undrain(t.Next.name()) },
}

var stop = step{
	Name: "stop",
	Do: func(ctx context.Context, t *transaction) error {
		if err := t.endService(ctx, *t.Former); err != nil {
			return err
		}
		if err := t.endOrphans(*t.Former); err != nil {
			return err
		}
		return t.awaitPort(ctx, t.Next.Spec.Service.Port, t.Former.Spec.Stop.Kill.Duration())
	},
	Undo: func(ctx context.Context, t *transaction) error {
		// After a restart of the machine the new release may run; and a service that is stopping can't be started.
		if err := t.end(ctx, *t.Former); err != nil {
			return err
		}
		if t.Former.Foreign != nil { // what a stop takes away of it is known to nobody else
			if err := t.Manager.Configure(ctx, t.Former.name(), t.Former.settings()); err != nil {
				return err
			}
		}
		if err := t.Manager.Start(ctx, t.Former.name()); err != nil {
			return err
		}
		return t.await(ctx, *t.Former)
	},
}

var commit = step{
	Name: "commit",
	Do: func(ctx context.Context, t *transaction) error {
		return t.Manager.SetProgram(ctx, t.Next.name(), t.Next.Program)
	},
	Undo: func(ctx context.Context, t *transaction) error {
		return t.Manager.SetProgram(ctx, t.Former.name(), t.Former.Program)
	},
}

var configure = step{
	Name: "configure",
	Do: func(ctx context.Context, t *transaction) error {
		return t.Manager.Configure(ctx, t.Next.name(), t.Next.settings())
	},
	Undo: func(ctx context.Context, t *transaction) error {
		return t.Manager.Configure(ctx, t.Former.name(), t.Former.settings())
	},
}

var start = step{
	Name: "start",
	Do: func(ctx context.Context, t *transaction) error {
		if !t.startsDrained() {
			if err := t.undrain(t.Next.name()); err != nil {
				return err
			}
		}
		// A restart that was due before the stop: Windows can't be told to forget it, and it may have brought the
		// former program back, which would pass for the new one.
		status, err := t.Manager.Query(ctx, t.Next.name())
		if err == nil && status.Running() {
			t.Log.Warn("the service was started meanwhile and is stopped again", "pid", status.PID)
			err = t.end(ctx, t.Next)
		}
		if err != nil {
			return err
		}
		return t.Manager.Start(ctx, t.Next.name())
	},
	Undo: func(ctx context.Context, t *transaction) error {
		// An interrupted way back of a first installation may have deleted the service already.
		if err := t.end(ctx, t.Next); !errors.Is(err, service.ErrNotFound) {
			return err
		}
		return nil
	},
}

var pass = step{
	Name: "health",
	Do:   func(ctx context.Context, t *transaction) error { return t.await(ctx, t.Next) },
}

var record = step{
	Name: recordName,
	Do: func(_ context.Context, t *transaction) error {
		return t.record(t.Next, t.Former)
	},
}

// drain makes the service "not ready" and gives whoever sends it requests the time to notice.
func (i *Installer) drain(ctx context.Context, r release) error {
	if err := atomicfile.Write(i.Machine.DrainFile(r.name()), nil); err != nil {
		return err
	}
	i.maintain(ctx, r.name())
	wait := r.Spec.Stop.Drain.Duration()
	i.Log.Info("draining", "service", r.name(), "wait", wait.String())
	select {
	case <-ctx.Done():
		return fmt.Errorf("interrupted while draining: %w", context.Cause(ctx))
	case <-time.After(wait):
		return nil
	}
}

func (i *Installer) undrain(name string) error {
	if err := atomicfile.Remove(i.Machine.DrainFile(name)); err != nil {
		return err
	}
	i.maintain(context.Background(), name)
	return nil
}

// end stops the service, and whatever it has left behind as far as that can be ended.
func (i *Installer) end(ctx context.Context, r release) error {
	if err := i.endService(ctx, r); err != nil {
		return err
	}
	if err := i.endOrphans(r); err != nil {
		i.Log.Warn("going on", "error", err.Error())
	}
	return nil
}

// endService stops it within the release's budget: request, then kill.
func (i *Installer) endService(ctx context.Context, r release) error {
	budget := r.Spec.Stop
	polite, cancel := context.WithTimeout(ctx, budget.Stop.Duration())
	defer cancel()
	err := i.Manager.Stop(polite, r.name())
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted while stopping: %w", context.Cause(ctx))
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	i.Log.Warn("the service did not stop in time and is killed", "service", r.name(), "after", budget.Stop.Duration().String())
	forced, cancel := context.WithTimeout(ctx, budget.Kill.Duration())
	defer cancel()
	return i.Manager.Kill(forced, r.name())
}

// await waits until the release counts as good.
func (i *Installer) await(ctx context.Context, r release) error {
	gate := i.gate(r)
	i.Log.Info("waiting for healthy answers", "from", gate.Target(), "needed", gate.Successes, "deadline", gate.Deadline.String())
	return gate.Wait(ctx, func(ctx context.Context) (int, error) {
		status, err := i.Manager.Query(ctx, r.name())
		if err == nil && status.Running() {
			err = i.keepsSchedule(r.Spec, status.PID)
		}
		return status.PID, err
	})
}

// remove ends and deletes the service; one that doesn't exist is fine.
func (i *Installer) remove(ctx context.Context, r release) error {
	err := i.end(ctx, r)
	if err == nil {
		err = i.Manager.Delete(ctx, r.name())
	}
	if err != nil && !errors.Is(err, service.ErrNotFound) {
		return err
	}
	// A task that comes again begins its schedule anew.
	return atomicfile.Remove(i.Machine.TaskFile(r.name()))
}
