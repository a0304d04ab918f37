package install

import (
	"context"
	"errors"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// InstallConsulServer makes this machine a server of Consul, and has the resident part look after it.
func (i *Installer) InstallConsulServer(ctx context.Context, s *spec.ConsulServerSpec) (string, error) {
	return i.locked(ctx, func() (string, error) {
		if installed, there := i.Consul.Installed(); there && installed.Server == nil {
			return "", exitcode.Errorf(exitcode.NotPrepared, "%s is a client of Consul for the services on it: a server is a machine of its own", i.Machine.Name)
		}
		done, err := i.Consul.Ensure(ctx, consul.Wanted{Consul: &s.Consul, Server: &s.Server})
		if err != nil && i.Consul.Due() == nil {
			return "", err
		}
		return i.withResident(ctx, done), err // it tries again what came too late
	})
}

// UninstallConsulServer takes the server off the machine, and the resident part with it.
func (i *Installer) UninstallConsulServer(ctx context.Context) (string, error) {
	return i.locked(ctx, func() (string, error) {
		if installed, there := i.Consul.Installed(); there && installed.Server == nil {
			return "", errors.New("this Consul is the client of the services on this machine: it goes with them, by `windows-ha-agent uninstall`, or when they no longer declare it")
		}
		done, err := i.Consul.Remove(ctx)
		if err != nil {
			return "", err
		}
		return i.withResident(ctx, done), nil
	})
}
