//go:build linux

package scm

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// manager holds the services of one machine.
type manager struct {
	machine  machine.Machine
	log      *slog.Logger
	registry registry
	launcher *launcher

	mu      sync.Mutex
	units   map[string]*unit
	closing bool // the machine goes down: no request is carried out any more
}

// boot reads the registered services and starts those that start with their machine, each by its start mode.
func boot(m machine.Machine, options Options) (*manager, error) {
	mgr := &manager{
		machine: m, log: options.Log,
		registry: registry{filepath.Join(m.Root, "scm", "services")},
		launcher: newLauncher(), units: map[string]*unit{},
	}
	registrations, err := mgr.registry.load()
	if err != nil {
		return nil, err
	}
	for _, reg := range registrations {
		mgr.add(reg)
	}
	for _, reg := range registrations {
		u := mgr.units[reg.Name]
		switch reg.Settings.StartMode {
		case service.StartManual:
		case service.StartDelayed:
			u.startLater(options.DelayedStart)
		default:
			if err := mgr.start(u); err != nil {
				u.log.Error("automatic start failed", "error", err.Error())
			}
		}
	}
	return mgr, nil
}

func (m *manager) add(reg registration) *unit {
	u := &unit{
		machine: m.machine, launcher: m.launcher,
		log: m.log.With("service", reg.Name), registration: reg,
	}
	m.units[reg.Name] = u
	return u
}

// operations is what a request can ask for, besides create and delete, which change the set of services.
var operations = map[operation]func(*manager, *unit, request) error{
	opQuery: func(*manager, *unit, request) error { return nil },
	opConfigure: func(m *manager, u *unit, r request) error {
		return u.change(m.registry, func(reg *registration) { reg.Settings = r.Settings })
	},
	opSetProgram: func(m *manager, u *unit, r request) error {
		return u.change(m.registry, func(reg *registration) { reg.Program = r.Program })
	},
	opStart: func(m *manager, u *unit, _ request) error { return m.start(u) },
	opStop:  func(m *manager, u *unit, _ request) error { return m.stop(u) },
	opKill:  func(_ *manager, u *unit, _ request) error { u.end((*process).kill); return nil },
}

func (m *manager) handle(r request) response {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closing {
		return failed(errors.New("the machine is shutting down"))
	}
	u, found := m.units[r.Service]
	if r.Operation == opCreate {
		return m.create(r, found)
	}
	if !found {
		return failed(service.ErrNotFound)
	}
	if r.Operation == opDelete {
		return m.delete(r.Service, u)
	}
	operate, known := operations[r.Operation]
	if !known {
		return failed(fmt.Errorf("unknown operation %q: agent and manager are of different versions", r.Operation))
	}
	if err := operate(m, u, r); err != nil {
		return failed(err)
	}
	return response{Status: u.status()}
}

func (m *manager) create(r request, found bool) response {
	if found {
		return failed(service.ErrExists)
	}
	if r.Service == "" || filepath.Base(r.Service) != r.Service {
		return failed(fmt.Errorf("%q is no name for a service", r.Service))
	}
	reg := registration{Name: r.Service, Settings: r.Settings, Program: r.Program}
	if err := m.registry.save(reg); err != nil {
		return failed(err)
	}
	return response{Status: m.add(reg).status()}
}

func (m *manager) delete(name string, u *unit) response {
	if u.status().Running() {
		return failed(service.ErrRunning)
	}
	u.end((*process).kill) // a restart that is due
	if err := m.registry.remove(name); err != nil {
		return failed(err)
	}
	delete(m.units, name)
	return response{}
}

// close ends every service in the given way, all at the same time, and returns when all have gone.
func (m *manager) close(f func(*unit)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closing = true
	var group sync.WaitGroup
	for _, u := range m.units {
		group.Go(func() { f(u) })
	}
	group.Wait()
}

// shutdown stops every service gracefully.
func (m *manager) shutdown() { m.close((*unit).shutdown) }

// powerOff ends every service at once.
func (m *manager) powerOff() { m.close(func(u *unit) { <-u.end((*process).kill) }) }
