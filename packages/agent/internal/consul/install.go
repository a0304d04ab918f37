package consul

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/steps"
)

var answered = consulapi.Answered

// Ensure makes the declared Consul run on this machine. One that does is left alone. A first one that finds no servers is
// no failure: it goes on looking for them, and the text says so.
func (k *Keeper) Ensure(ctx context.Context, wanted Wanted) (string, error) {
	if _, err := k.Recover(ctx); err != nil {
		k.Log.Warn("going on with the Consul that was asked for", "error", err.Error())
		if err := (&transaction{Keeper: k}).forget(); err != nil {
			return "", err
		}
	}
	done, err := k.ensure(ctx, wanted)
	if err != nil && ctx.Err() == nil {
		k.noteFailure(wanted, err)
	}
	if err == nil {
		err = errors.Join(k.Firewall.Replace(ctx, machine.ConsulService, gossipRules(wanted)), k.Names.Ensure(domainOf(wanted)))
	}
	return done, err
}

// gossipRules let other agents in; which ones is the network's decision, and gossip's key.
func gossipRules(wanted Wanted) []hostfirewall.Rule {
	if !wanted.Exposed {
		return nil
	}
	port := portOf(wanted, "serf_lan", 8301)
	return []hostfirewall.Rule{{Name: "gossip", Protocol: "Tcp", Port: port}, {Name: "gossip by UDP", Protocol: "Udp", Port: port}}
}

func domainOf(wanted Wanted) string {
	domain, _ := wanted.Consul.Configuration["domain"].(string)
	if wanted.Server != nil || domain == "" {
		return "" // a server's port of DNS isn't the one that a system asks
	}
	return domain
}

func (k *Keeper) ensure(ctx context.Context, wanted Wanted) (string, error) {
	known, err := k.load()
	if err != nil {
		return "", err
	}
	next, err := k.declared(ctx, wanted, known)
	if err != nil {
		return "", err
	}
	status, err := k.query(ctx)
	if err != nil {
		return "", err
	}
	t := &transaction{Keeper: k, journal: journal{SchemaVersion: journalVersion, StartedAt: time.Now().UTC(), Next: next}}
	if status != nil {
		former, err := k.running(status, known)
		if err != nil {
			return "", err
		}
		t.Former = &former
		t.FormerAnswered = status.Running() && former.Consul != nil && answered(k.client(former, agentToken).Ping(ctx))
		if status.Running() && status.Program.Equal(next.Program) {
			return k.keep(ctx, next, t.FormerAnswered)
		}
	}
	if err := k.prepare(ctx, next); err != nil {
		if ctx.Err() == nil && exitcode.Of(err) == exitcode.Other {
			err = exitcode.Errorf(exitcode.NotPrepared, "Consul %s could not be prepared, nothing was changed: %w", next.Consul.Version, err)
		}
		return "", err
	}
	if err := t.plan().Run(ctx); err != nil {
		return "", k.explain(t, err)
	}
	if !t.Answers {
		return next.describe(t.Former) + fmt.Sprintf("; no server answers it yet, so it is still joining: `windows-ha-agent consul status` on %s tells when it has", k.Machine.Name), nil
	}
	return next.describe(t.Former), nil
}

// keep leaves a process alone that is what was declared, also one that hasn't joined yet.
func (k *Keeper) keep(ctx context.Context, next installation, answers bool) (string, error) {
	files, err := k.renewed(ctx, next)
	if err == nil && len(files) > 0 {
		err = k.renew(ctx, next, files)
	}
	if err != nil {
		k.Log.Warn("Consul's secrets could not be renewed, the former ones stay", "error", err.Error())
	}
	if err := k.Manager.Configure(ctx, machine.ConsulService, settings); err != nil {
		return "", err
	}
	text := fmt.Sprintf("Consul %s is in place: nothing was touched", next.Consul.Version)
	if !answers {
		text = fmt.Sprintf("Consul %s is in place and still joining", next.Consul.Version)
	}
	return text, k.edit(func(s *state) { s.installation, s.Due = next, nil })
}

// explain turns a failed transaction into the sentence and the exit code that its end deserves.
func (k *Keeper) explain(t *transaction, err error) error {
	var failed *steps.Error
	if !errors.As(err, &failed) {
		return err
	}
	what := fmt.Errorf("Consul %s failed at the step %q: %w", t.Next.Consul.Version, failed.Step, failed.Cause)
	switch {
	case exitcode.Of(failed.Undone) == exitcode.ShuttingDown:
		return exitcode.Errorf(exitcode.ShuttingDown, "%w; going back was cut off (%w): the next start of the machine ends it", what, failed.Undone)
	case failed.Undone != nil:
		return exitcode.Errorf(exitcode.RollbackFailed, "%w; what was there before could NOT be restored (%w): look at %s and %s", what, failed.Undone, k.layout().logs(), k.Machine.LogFile())
	case t.Former == nil:
		// Nobody goes on with the folders of a Consul that never ran; what it wrote itself stays for whoever looks.
		err := errors.Join(atomicfile.RemoveAll(k.layout().versions()), atomicfile.RemoveAll(k.layout().configurations()))
		return exitcode.Errorf(exitcode.FirstInstallGone, "%w; it was removed again", errors.Join(what, err))
	default:
		if t.Former.Consul != nil {
			k.prune(k.layout().versions(), t.Former.Build)
			k.prune(k.layout().configurations(), t.Former.Configuration)
		}
		return exitcode.Errorf(exitcode.RolledBack, "%w; the former one runs again", what)
	}
}
