package install

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/lock"
	"github.com/windows-ha/windows-ha/packages/agent/internal/winstate"
)

// locked prepares the machine and does a piece of work that no other run may disturb.
func (i *Installer) locked(ctx context.Context, work func() (string, error)) (string, error) {
	if err := i.Machine.Prepare(); err != nil {
		return "", err
	}
	unlock, err := i.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	done, err := work()
	return done, advised(err)
}

// advised adds to an error what a person can do about the machine, where the agent knows that.
func advised(err error) error {
	if atomicfile.Full(err) {
		return fmt.Errorf("%w: the disk is full, free some space (releasesToKeep says how many releases stay)", err)
	}
	return winstate.Explain(err)
}

func (i *Installer) lock(ctx context.Context) (release func(), err error) {
	if i.IsResident {
		return lock.AcquireResident(ctx, i.Machine.LockFile())
	}
	return lock.Acquire(ctx, i.Machine.LockFile())
}

// running is the release that the service manager runs now. An empty name means the only service.
func (i *Installer) running(ctx context.Context, name string) (release, error) {
	found, err := i.serviceName(name)
	if err != nil {
		return release{}, err
	}
	if found == "" {
		return release{}, exitcode.Errorf(exitcode.NotPrepared, "--service: seen %q; allowed: a service that is installed on %s, as `windows-ha-agent status` shows it", name, i.Machine.Name)
	}
	status, err := i.query(ctx, found)
	if err != nil {
		return release{}, err
	}
	if status == nil {
		return release{}, exitcode.Errorf(exitcode.NotPrepared, "%s isn't registered with the service manager of %s: run `windows-ha-agent install`", found, i.Machine.Name)
	}
	r, err := i.registered(status.Program, release{Spec: named(found)})
	if err == nil && len(r.Spec.Artifacts) == 0 && r.Foreign == nil {
		return release{}, exitcode.Errorf(exitcode.NotPrepared, "the running release %s of %s has lost its document: run `windows-ha-agent install`", r.ID, found)
	}
	return r, err
}

// Drain makes a service "not ready", waits as long as whoever sends it requests needs to notice, and leaves it so until
// [Installer.Undrain] or the next installation. An interrupted wait takes the drain back.
func (i *Installer) Drain(ctx context.Context, name string) (string, error) {
	return i.locked(ctx, func() (string, error) {
		r, err := i.settledRelease(ctx, name)
		if err != nil {
			return "", err
		}
		if err := i.drain(ctx, r); err != nil {
			return "", errors.Join(err, i.undrain(r.name()))
		}
		return fmt.Sprintf("%s is drained: it answers \"not ready\" until `windows-ha-agent undrain` or the next installation", r.name()), nil
	})
}

// Undrain lets a drained service be "ready" again. One that isn't drained is fine.
func (i *Installer) Undrain(ctx context.Context, name string) (string, error) {
	return i.locked(ctx, func() (string, error) {
		r, err := i.settledRelease(ctx, name)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is no longer drained", r.name()), i.undrain(r.name())
	})
}

// settledRelease is the running release, after an interrupted installation was put right: a drain that belongs to one
// must not be mistaken for a person's.
func (i *Installer) settledRelease(ctx context.Context, name string) (release, error) {
	if err := i.recoverInterrupted(ctx); err != nil {
		return release{}, err
	}
	return i.running(ctx, name)
}

// Recover finishes or undoes what a killed run or a power cut left, and does nothing else. What can't be undone stays
// written down, so that it can be tried again. Whatever becomes of Consul, the services are put right.
func (i *Installer) Recover(ctx context.Context) (string, error) {
	return i.locked(ctx, func() (string, error) {
		consuls, consulErr := i.recoverConsul(ctx)
		if exitcode.Of(consulErr) == exitcode.ShuttingDown {
			return "", consulErr
		}
		services, err := i.recoverServices(ctx)
		return cmp.Or(services, consuls, "no installation was interrupted: nothing to do"), errors.Join(err, i.notRecovered(consulErr))
	})
}

// notRecovered says what to do about something that couldn't be put right.
func (i *Installer) notRecovered(err error) error {
	if err == nil {
		return nil
	}
	return exitcode.Errorf(exitcode.RollbackFailed, "%w: look at %s, then run `windows-ha-agent recover` again or install a working release", err, i.Machine.LogFile())
}

func (i *Installer) recoverServices(ctx context.Context) (string, error) {
	t, last, err := i.interrupted(ctx)
	if err != nil || t == nil {
		return "", err
	}
	message, err := i.putRight(ctx, t, last)
	return message, i.notRecovered(err)
}

func (i *Installer) recoverConsul(ctx context.Context) (string, error) {
	if i.Consul == nil {
		return "", nil
	}
	interrupted, err := i.Consul.Recover(ctx)
	if err != nil || !interrupted {
		return "", err
	}
	return "an interrupted installation of Consul was put right", nil
}
