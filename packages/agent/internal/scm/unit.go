//go:build linux

package scm

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// unit is one registered service and its process.
type unit struct {
	machine  machine.Machine
	launcher *launcher
	recovery service.Recovery
	log      *slog.Logger

	mu           sync.Mutex
	registration registration
	process      *process
	stopping     bool        // the end of the process is wanted
	restart      *time.Timer // a restart that is due
	failures     int
	lastFailure  time.Time
}

func (u *unit) status() service.Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	status := service.Status{Program: u.registration.Program, Settings: u.registration.Settings}
	if u.process != nil {
		status.PID = u.process.pid
	}
	return status
}

// start is a start by request: it also forgets the failures so far.
func (u *unit) start() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.process != nil && !u.stopping {
		return nil
	}
	if u.process != nil {
		return fmt.Errorf("process %d is still stopping", u.process.pid)
	}
	u.cancelRestart()
	u.failures = 0
	return u.launch()
}

func (u *unit) launch() error {
	started, err := u.launcher.start(u.machine, u.registration.Name, u.registration.Program, u.ended)
	if err != nil {
		return fmt.Errorf("start of %s: %w", u.registration.Program.Path, err)
	}
	u.process, u.stopping = started, false
	u.log.Info("started", "pid", started.pid, "program", u.registration.Program.Path)
	return nil
}

// ended applies the recovery rule: an end that nobody asked for is a failure, unless the exit code is 0.
func (u *unit) ended(code int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	wanted := u.stopping
	u.process, u.stopping = nil, false
	u.log.Info("ended", "exitCode", code, "wanted", wanted)
	if !wanted && code != 0 {
		u.recover()
	}
}

func (u *unit) recover() {
	now := time.Now()
	if now.Sub(u.lastFailure) > u.recovery.Reset {
		u.failures = 0
	}
	u.failures++
	u.lastFailure = now
	if u.failures > u.recovery.Restarts {
		u.log.Error("gave up: too many failures in a row", "failures", u.failures)
		return
	}
	u.log.Warn("restart is due", "in", u.recovery.Delay.String(), "failures", u.failures)
	u.restart = time.AfterFunc(u.recovery.Delay, func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.restart == nil || u.process != nil { // cancelled or started meanwhile
			return
		}
		u.restart = nil
		if err := u.launch(); err != nil {
			u.log.Error("restart failed", "error", err.Error())
			u.recover()
		}
	})
}

func (u *unit) cancelRestart() {
	if u.restart != nil {
		u.restart.Stop()
		u.restart = nil
	}
}

// end ends the process in the given way, and any restart that is due. The returned channel is closed when it has gone.
func (u *unit) end(how func(*process)) <-chan struct{} {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.cancelRestart()
	if u.process == nil {
		gone := make(chan struct{})
		close(gone)
		return gone
	}
	u.stopping = true
	how(u.process)
	return u.process.done
}

// shutdown stops the service as Windows does when the machine shuts down.
func (u *unit) shutdown() {
	gone := u.end((*process).askToStop)
	select {
	case <-gone:
	case <-time.After(u.status().Settings.StopTimeout):
		<-u.end((*process).kill)
	}
}

// change replaces the registration on disk, then in memory.
func (u *unit) change(registry registry, edit func(*registration)) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	changed := u.registration
	edit(&changed)
	if err := registry.save(changed); err != nil {
		return err
	}
	u.registration = changed
	return nil
}
