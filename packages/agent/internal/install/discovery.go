package install

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// maintenanceTimeout bounds what a drain may wait for a Consul that hangs.
const maintenanceTimeout = 5 * time.Second

// announce has callers find the release with what it says of itself, once it is healthy. It never fails: a service
// serves without being found, and whoever asks the balancer finds it anyway.
var announce = step{
	Name: "announce",
	Do:   func(ctx context.Context, t *transaction) error { _ = t.announce(ctx, t.Next); return nil },
	Undo: func(ctx context.Context, t *transaction) error { _ = t.announce(ctx, *t.Former); return nil },
}

func (i *Installer) announce(ctx context.Context, r release) error {
	if i.Consul == nil {
		return nil
	}
	var declared []spec.ConsulService
	if r.Spec.Consul != nil {
		declared = r.Spec.Consul.Services
	}
	err := i.Consul.Register(ctx, r.name(), declared)
	if err != nil {
		i.Log.Error("the service isn't registered as declared", "service", r.name(), "error", err.Error())
	}
	return err
}

// maintain takes a service out of Consul's answers, or brings it back. What doesn't work now is done by the resident part.
func (i *Installer) maintain(ctx context.Context, name string) {
	if i.Consul == nil {
		return
	}
	limited, cancel := context.WithTimeout(ctx, maintenanceTimeout)
	defer cancel()
	if err := i.Maintain(limited, name); err != nil && ctx.Err() == nil {
		i.Log.Warn("Consul could not be told of the drain, the resident part tries again", "service", name, "error", err.Error())
	}
}

// Maintain has Consul know what is drained, and what no longer is.
func (i *Installer) Maintain(ctx context.Context, name string) error {
	return i.Consul.Maintain(ctx, name, func() bool { return i.Drained(name) })
}

// withConsul has Consul there exactly while a service declares it, and every service registered as it declares. A service
// serves without it, so a failure never takes a good release back, but is said.
func (i *Installer) withConsul(ctx context.Context, done string, declared *spec.AgentSpec) string {
	if i.Consul == nil {
		return done
	}
	text, err := i.bringConsul(ctx, declared)
	switch {
	case err != nil:
		i.Log.Error("Consul is not as it should be", "error", err.Error())
		return fmt.Sprintf("%s; but Consul is not as it should be: %v", done, err)
	case text != "":
		return fmt.Sprintf("%s; %s", done, text)
	default:
		return done
	}
}

func (i *Installer) bringConsul(ctx context.Context, declared *spec.AgentSpec) (string, error) {
	releases, err := i.runningReleases(ctx)
	if err != nil {
		return "", err
	}
	wanted := consul.Wanted{}
	for _, r := range releases {
		// Of several documents the one that came last counts.
		if r.Spec.Consul != nil && (wanted.Consul == nil || declared != nil && r.name() == declared.Service.Name) {
			wanted = consul.Wanted{Consul: r.Spec.Consul, Exposed: r.Spec.HostFirewall != nil}
		}
	}
	installed, there := i.Consul.Installed()
	isServer := there && installed.Server != nil
	switch {
	case wanted.Consul == nil && (isServer || !there):
		return "", nil
	case wanted.Consul == nil:
		return i.Consul.Remove(ctx)
	case isServer:
		return "", errors.New("this machine is one of Consul's servers, and keeps being one: declare no consul for services on it")
	}
	text, err := i.Consul.Ensure(ctx, wanted)
	failures := []error{err}
	if _, there := i.Consul.Installed(); !there || ctx.Err() != nil {
		return "", err
	}
	// Also where the former one goes on, or only a name's way to it is missing.
	for _, r := range releases {
		failures = append(failures, i.announce(ctx, release{Spec: r.Spec}))
		i.maintain(ctx, r.name())
	}
	return text, errors.Join(failures...)
}

// RetryConsul tries again what couldn't be prepared: the vault, the network or a role was late.
func (i *Installer) RetryConsul(ctx context.Context) error {
	due := i.Consul.Due()
	if due == nil {
		return nil
	}
	unlock, err := i.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if due.Server != nil {
		_, err = i.Consul.Ensure(ctx, *due)
		return err
	}
	_, err = i.bringConsul(ctx, nil)
	return err
}

// RestartConsul starts a Consul anew that is silent, and tells whether it did. It leaves alone another process than the
// one that was seen, and anything while an installation goes on: then the error is of code 11.
func (i *Installer) RestartConsul(ctx context.Context, pid int) (bool, error) {
	unlock, err := i.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	return i.Consul.Restart(ctx, pid)
}

// RefreshConsul renews the secrets of Consul.
func (i *Installer) RefreshConsul(ctx context.Context) (bool, error) {
	return i.Consul.Refresh(ctx, i.lock)
}
