package install

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Supervised is a service as the resident part sees it.
type Supervised struct {
	Spec   *spec.AgentSpec
	Status service.Status
}

// Supervised are the services whose running release wants something of the resident part.
func (i *Installer) Supervised(ctx context.Context) ([]Supervised, error) {
	releases, err := i.runningReleases(ctx)
	return slices.DeleteFunc(releases, func(s Supervised) bool { return s.Spec.Resident == nil }), err
}

// runningReleases are the agent's services of this machine.
func (i *Installer) runningReleases(ctx context.Context) ([]Supervised, error) {
	names, err := i.services()
	if err != nil {
		return nil, err
	}
	var all []Supervised
	for _, name := range names {
		status, err := i.query(ctx, name)
		if err != nil {
			return nil, err
		}
		if status == nil {
			continue
		}
		r, err := i.registered(status.Program, release{Spec: named(name)})
		if err != nil {
			continue // not the agent's
		}
		all = append(all, Supervised{r.Spec, *status})
	}
	return all, nil
}

func (s Supervised) name() string { return s.Spec.Service.Name }

// Alive asks a service's liveness endpoint, or connects to its port where it has none, once, within the watchdog's own time.
func (i *Installer) Alive(ctx context.Context, s *spec.AgentSpec) error {
	gate := i.gate(release{Spec: s})
	gate.Timeout = s.Resident.Watchdog.Timeout.Duration()
	return gate.Ask(ctx)
}

// Restart kills and starts a service whose process hangs, and tells whether it did. It leaves alone another process
// than the one that was seen hanging, and anything while an installation goes on: then the error is of code 11.
func (i *Installer) Restart(ctx context.Context, s *spec.AgentSpec, pid int) (bool, error) {
	unlock, err := i.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	name := s.Service.Name
	status, err := i.query(ctx, name)
	if err != nil || status == nil || status.PID != pid || status.Paused || exists(i.Machine.JournalFile()) {
		return false, err
	}
	// Between kill and start only this file says that the service isn't stopped on purpose.
	if err := atomicfile.Write(i.Machine.RestartFile(name), nil); err != nil {
		return false, err
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Stop.Kill.Duration())
	defer cancel()
	if err := i.Manager.Kill(limited, name); err != nil {
		return false, fmt.Errorf("%s hangs and could not be killed: %w", name, err)
	}
	return true, i.startAgain(ctx, name)
}

// FinishRestarts starts what an interrupted [Installer.Restart] has killed.
func (i *Installer) FinishRestarts(ctx context.Context) error {
	names, err := i.services()
	if err != nil {
		return err
	}
	var failures []error
	for _, name := range names {
		if exists(i.Machine.RestartFile(name)) {
			failures = append(failures, i.startAgain(ctx, name))
		}
	}
	return errors.Join(failures...)
}

func (i *Installer) startAgain(ctx context.Context, name string) error {
	if err := i.Manager.Start(context.WithoutCancel(ctx), name); err != nil && !errors.Is(err, service.ErrNotFound) {
		return err
	}
	return atomicfile.Remove(i.Machine.RestartFile(name))
}

// Vacate makes a service "not ready", waits until the drain's time or the deadline (zero: none) has come, and stops it
// when asked to. The service may be drained already.
func (i *Installer) Vacate(ctx context.Context, s *spec.AgentSpec, deadline time.Time, stop bool) error {
	_, err := i.locked(ctx, func() (string, error) {
		r := release{Spec: s}
		status, err := i.query(ctx, r.name())
		if err != nil || status == nil || !status.Running() {
			return "", err
		}
		draining, cancel := context.WithCancel(ctx)
		if !deadline.IsZero() {
			draining, cancel = context.WithDeadline(ctx, deadline)
		}
		defer cancel()
		if err := i.drain(draining, r); err != nil && draining.Err() == nil || ctx.Err() != nil {
			return "", errors.Join(err, ctx.Err())
		}
		if !stop {
			return "", nil
		}
		return "", i.end(ctx, r)
	})
	return err
}

// Reoccupy lets a service serve again that [Installer.Vacate] drained or stopped.
func (i *Installer) Reoccupy(ctx context.Context, name string, undrain, start bool) error {
	_, err := i.locked(ctx, func() (string, error) {
		if start {
			if err := i.Manager.Start(ctx, name); err != nil && !errors.Is(err, service.ErrNotFound) {
				return "", err
			}
		}
		if undrain {
			return "", i.undrain(name)
		}
		return "", nil
	})
	return err
}

// Drained tells whether a service is told to be "not ready".
func (i *Installer) Drained(name string) bool { return exists(i.Machine.DrainFile(name)) }
