package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/adopt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// asRegistered names, where releases are named, the registration that a service had before the agent took it over.
const asRegistered = "as-registered"

// adopted is a registration that somebody else made, and that the agent may take over and bring back.
type adopted struct {
	At       time.Time        `json:"at"`
	Program  service.Program  `json:"program"`
	Settings service.Settings `json:"settings"`
}

// adopted is what was adopted under a name; nil where nothing was.
func (i *Installer) adopted(name string) (*adopted, error) {
	var a adopted
	err := atomicfile.ReadJSON(i.Machine.AdoptedFile(name), &a)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return &a, err
}

// foreignGate is for a service of which no more is known than that it has to live.
var foreignGate = spec.HealthGate{Interval: 1, Timeout: 1, ConsecutiveSuccesses: 3, Deadline: 60}

// asRegistered is the adopted registration as a release to come from or to go back to. It gets the stop time of the
// other one, and no drain: it doesn't know the file.
func (i *Installer) asRegistered(other release, a *adopted) release {
	s := named(other.name())
	s.Service.Version, s.Service.Port = asRegistered, other.Spec.Service.Port
	s.Health, s.Stop = foreignGate, other.Spec.Stop
	if s.Stop.Stop == 0 {
		s.Stop = defaultStop
	}
	s.Stop.Drain = 0
	return release{ID: asRegistered, Spec: s, Program: a.Program, Foreign: &a.Settings}
}

// Inspection is a service of the service manager, whoever registered it.
type Inspection struct {
	adopt.Found
	registered service.Status
	// Obstacle says why the service can't be adopted as it is; empty when it can.
	Obstacle string
	// Owned is true for a service that this agent installed.
	Owned bool
}

// Inspect reads a service and changes nothing.
func (i *Installer) Inspect(ctx context.Context, name string) (Inspection, error) {
	status, err := i.query(ctx, name)
	if err != nil {
		return Inspection{}, err
	}
	if status == nil {
		return Inspection{}, exitcode.Errorf(exitcode.NotPrepared, "--service: seen %q; allowed: the name (not the display name) of a service that is registered on %s", name, i.Machine.Name)
	}
	parameters, err := adopt.Parameters(i.Machine, name)
	if err != nil {
		return Inspection{}, err
	}
	found, err := adopt.Read(*status, parameters)
	if err != nil {
		return Inspection{}, exitcode.With(exitcode.NotPrepared, err)
	}
	owned := filepath.Dir(filepath.Dir(status.Program.Path)) == i.Machine.ReleasesFolder(name)
	return Inspection{found, *status, adopt.Obstacle(*status, exists), owned}, nil
}

// Adopt lets the next installation take over a service that somebody else registered. It writes down how to bring that
// registration back, and touches nothing else.
func (i *Installer) Adopt(ctx context.Context, name string) (string, error) {
	return i.locked(ctx, func() (string, error) {
		if err := i.recoverInterrupted(ctx); err != nil {
			return "", err
		}
		seen, err := i.Inspect(ctx, name)
		switch {
		case err != nil:
			return "", err
		case seen.Owned:
			return fmt.Sprintf("%s is the agent's already: nothing to do", name), nil
		case seen.Obstacle != "":
			return "", exitcode.Errorf(exitcode.NotPrepared, "%s can't be adopted: %s", name, seen.Obstacle)
		}
		status := seen.registered
		if err := os.MkdirAll(i.Machine.ServiceFolder(name), 0o755); err != nil {
			return "", err
		}
		if err := atomicfile.WriteJSON(i.Machine.AdoptedFile(name), adopted{time.Now().UTC(), status.Program, status.Settings}); err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is adopted and goes on as it is (%s); the next `windows-ha-agent install` takes it over by one restart, and `rollback --to %s` brings this registration back", name, status.Program.Path, asRegistered), nil
	})
}
