package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Uninstall drains, stops and deletes a service with its releases and its state, and keeps the logs. An empty name
// means the only service. What is gone already is fine, so an interrupted run is simply repeated.
func (i *Installer) Uninstall(ctx context.Context, name string) (string, error) {
	if err := i.Machine.Prepare(); err != nil {
		return "", err
	}
	unlock, err := i.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	name, err = i.serviceName(name)
	if err != nil || name == "" {
		return "no such service is installed: nothing to do", err
	}
	status, err := i.query(ctx, name)
	if err != nil {
		return "", err
	}
	adopted, err := i.adopted(name)
	if err != nil {
		return "", err
	}
	foreign := status != nil && adopted != nil && adopted.Program.Equal(status.Program)
	if status != nil && !foreign {
		if err := i.leave(ctx, name, *status); err != nil {
			return "", fmt.Errorf("%s could not be uninstalled: %w", name, err)
		}
	}
	if err := errors.Join(i.undrain(name), i.expose(ctx, name, exposure{}), i.dropJournal(name), atomicfile.RemoveAll(i.Machine.ServiceFolder(name))); err != nil {
		return "", fmt.Errorf("%s no longer runs, but not all that belongs to it could be removed, run the command again: %w", name, err)
	}
	_ = i.announce(ctx, release{Spec: named(name)}) // said in the log, and again where Consul stays
	if foreign {
		return i.finish(ctx, fmt.Sprintf("%s is no longer adopted and runs as it was registered", name)), nil
	}
	return i.finish(ctx, fmt.Sprintf("%s was uninstalled; %s", name, i.left(name))), nil
}

// finish takes away what was on the machine for the service alone.
func (i *Installer) finish(ctx context.Context, done string) string {
	return i.withResident(ctx, i.withConsul(ctx, done, nil))
}

// leave ends the service within the stop budget of the release that runs.
func (i *Installer) leave(ctx context.Context, name string, status service.Status) error {
	r := release{Spec: &spec.AgentSpec{Service: spec.Service{Name: name}, Stop: defaultStop}}
	file := filepath.Join(filepath.Dir(status.Program.Path), specFile)
	if err := atomicfile.ReadJSON(file, r.Spec); err != nil {
		i.Log.Warn("the release has lost its document, default stop times are used", "error", err.Error())
	}
	if status.Running() {
		if err := i.drain(ctx, r); err != nil {
			return errors.Join(err, i.undrain(name))
		}
	}
	return i.remove(ctx, r)
}

// defaultStop is the stop budget of the requirements (S4-36..39).
var defaultStop = spec.StopBudget{Drain: 30, Stop: 60, Kill: 10}

// dropJournal forgets an interrupted installation of this service; another service's stays.
func (i *Installer) dropJournal(name string) error {
	t := &transaction{Installer: i}
	if err := atomicfile.ReadJSON(i.Machine.JournalFile(), &t.journal); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if errors.Is(err, atomicfile.ErrDamaged) {
			return i.putJournalAside()
		}
		return err
	}
	if t.Next.Spec != nil && t.Next.name() == name {
		return t.forget()
	}
	return nil
}
