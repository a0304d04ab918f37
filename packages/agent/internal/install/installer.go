package install

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/eventsource"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
	"github.com/windows-ha/windows-ha/packages/agent/internal/steps"
)

// Installer changes a machine. All its fields but Resident and Consul are needed, Agent where programs are wrapped.
type Installer struct {
	Machine machine.Machine
	Manager service.Manager
	// Firewall and EventSources are the machine's own.
	Firewall     hostfirewall.Firewall
	EventSources eventsource.Sources
	// Host is what else runs on the machine.
	Host host.Host
	// Download fetches a source into a file and checks its SHA-256.
	Download func(ctx context.Context, source download.Source, path string) error
	// OS and Arch are the machine's platform, in Go's words.
	OS, Arch string
	// Agent is the path of the agent's own program: a copy of it runs a release whose program is no service itself.
	Agent string
	// Resident is the part of the agent that stays on the machine; nil leaves that as it is.
	Resident ResidentPart
	// Consul is on the machine while a service declares it; nil leaves it as it is.
	Consul *consul.Keeper
	// IsResident is true in the resident part itself: it waits for no other run, and other runs wait for it.
	IsResident bool
	Log        *slog.Logger
}

// Install makes the declared release serve. The text says what was done; the error carries the exit code and says, for
// a person, what happened, what serves now and what to do.
func (i *Installer) Install(ctx context.Context, s *spec.AgentSpec) (string, error) {
	next, err := i.declared(s)
	if err != nil {
		return "", err
	}
	return i.locked(ctx, func() (string, error) {
		if err := i.recoverInterrupted(ctx); err != nil {
			return "", errors.Join(err, i.noteFailure(next.name(), err))
		}
		done, err := i.bring(ctx, next)
		if err != nil {
			return "", err
		}
		return i.withRestartWarning(i.withResident(ctx, i.withConsul(ctx, done, next.Spec))), nil
	})
}

// bring makes a release serve and notes it when that fails.
func (i *Installer) bring(ctx context.Context, next release) (string, error) {
	done, err := i.change(ctx, next)
	if err != nil {
		if noteErr := i.noteFailure(next.name(), err); noteErr != nil {
			i.Log.Warn("the result could not be written down", "error", noteErr.Error())
		}
	}
	return done, err
}

func (i *Installer) change(ctx context.Context, next release) (string, error) {
	status, err := i.query(ctx, next.name())
	if err != nil {
		return "", err
	}
	var former *release
	if status != nil {
		running, err := i.registered(status.Program, next)
		if err != nil {
			return "", err
		}
		former = &running
		if status.Running() && status.Program.Equal(next.Program) && !status.Settings.NeedsRestart(next.settings()) && i.gate(next).Ask(ctx) == nil {
			return i.keep(ctx, next, *status)
		}
	}
	t := &transaction{i, journal{SchemaVersion: journalVersion, StartedAt: time.Now().UTC(), Former: former, Next: next}}
	if err := i.makeReady(ctx, t); err != nil {
		return "", err
	}
	if err := t.plan().Run(ctx); err != nil {
		return "", i.explain(t, err)
	}
	return describe(next, former), nil
}

// keep leaves a process alone that is what was declared, and brings what lies around it up to date.
func (i *Installer) keep(ctx context.Context, next release, status service.Status) (string, error) {
	s, err := i.load(next.name())
	if err != nil {
		return "", err
	}
	if err := i.renewSecrets(ctx, next); err != nil {
		return "", exitcode.With(exitcode.NotPrepared, err)
	}
	exposed, err := i.isExposed(ctx, next.name(), next.exposure())
	if err != nil {
		return "", err
	}
	if s.SpecHash == next.Spec.Hash() && status.Settings.Equal(next.settings()) && exposed {
		return fmt.Sprintf("%s %s is already in place and healthy (release %s, process %d): nothing was touched", next.name(), next.version(), next.ID, status.PID), nil
	}
	if err := i.Manager.Configure(ctx, next.name(), next.settings()); err != nil {
		return "", err
	}
	if err := i.expose(ctx, next.name(), next.exposure()); err != nil {
		return "", err
	}
	if err := i.record(next, nil); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %s is already in place and healthy (release %s, process %d): its settings were changed without a restart", next.name(), next.version(), next.ID, status.PID), nil
}

// makeReady does everything that can fail without touching the running release.
func (i *Installer) makeReady(ctx context.Context, t *transaction) error {
	next := t.Next
	if err := i.checkPort(next, t.Former); err != nil {
		return err
	}
	err := i.prepare(ctx, next)
	if err == nil {
		t.FormerSecrets, t.NextSecrets, err = i.stageSecrets(ctx, next)
	}
	if err == nil {
		t.FormerExposure, err = i.exposed(ctx, next.name())
	}
	if err == nil || ctx.Err() != nil || exitcode.Of(err) != exitcode.Other {
		return err
	}
	return exitcode.Errorf(exitcode.NotPrepared, "the release %s of %s could not be prepared, nothing was changed: %w", next.ID, next.name(), err)
}

// explain turns a failed transaction into the sentence and the exit code that its end deserves.
func (i *Installer) explain(t *transaction, err error) error {
	var failed *steps.Error
	if !errors.As(err, &failed) {
		return err
	}
	name, log := t.Next.name(), i.logOf(t.Next)
	what := fmt.Errorf("%s %s failed at the step %q: %w", name, t.Next.version(), failed.Step, failed.Cause)
	switch {
	case exitcode.Of(failed.Undone) == exitcode.ShuttingDown:
		return exitcode.Errorf(exitcode.ShuttingDown, "%w; going back was cut off (%w): the next start of the machine, or the next run, ends it", what, failed.Undone)
	case failed.Undone != nil && t.Former != nil:
		return exitcode.Errorf(exitcode.RollbackFailed, "%w; the former release %s could NOT be restored (%w), so %s may not serve on %s: look at %s and %s, then install a working release",
			what, t.Former.ID, failed.Undone, name, i.Machine.Name, log, i.Machine.LogFile())
	case failed.Undone != nil:
		return exitcode.Errorf(exitcode.RollbackFailed, "%w; the service could NOT be removed again (%w): look at %s, then run `windows-ha-agent uninstall`", what, failed.Undone, i.Machine.LogFile())
	case t.Former == nil:
		if err := atomicfile.RemoveAll(i.Machine.ReleasesFolder(name)); err != nil {
			i.Log.Warn("the releases could not be removed", "error", err.Error())
		}
		return exitcode.Errorf(exitcode.FirstInstallGone, "%w; it was the first release on %s and was removed again: look at %s", what, i.Machine.Name, log)
	case failed.Step == drain.Name:
		return fmt.Errorf("%w; the release %s serves as before", what, t.Former.ID)
	default:
		if s, err := i.load(name); err == nil {
			i.prune(*t.Former, s.PreviousRelease)
		}
		return exitcode.Errorf(exitcode.RolledBack, "%w; the former release %s serves again: look at %s", what, t.Former.ID, log)
	}
}
