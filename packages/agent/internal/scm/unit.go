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
	log      *slog.Logger

	mu           sync.Mutex
	registration registration
	process      *process
	stopping     bool        // the end of the process is wanted
	due          *time.Timer // a start that is due
	failures     service.FailureCount
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

func (u *unit) registered() (name string, settings service.Settings) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.registration.Name, u.registration.Settings
}

// start is a start by request. It doesn't make the failures so far forgotten.
func (u *unit) start() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.process != nil && !u.stopping {
		return nil
	}
	if u.process != nil {
		return fmt.Errorf("process %d is still stopping", u.process.pid)
	}
	u.cancelStart()
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

// panicCode is the exit code of a Go program that panics. On Windows that is a crash.
const panicCode = 2

// ended applies the recovery rule to an end that nobody asked for. Linux has no report to the manager: what ends by a
// signal or a panic has crashed, any other exit code counts as reported.
func (u *unit) ended(code int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	wanted := u.stopping
	u.process, u.stopping = nil, false
	u.log.Info("ended", "exitCode", code, "wanted", wanted)
	if !wanted {
		u.recover(service.End{Reported: code >= 0 && code != panicCode, ExitCode: code})
	}
}

func (u *unit) recover(end service.End) {
	action, failed := u.failures.Next(u.registration.Settings.Recovery, end, time.Now())
	switch {
	case !failed:
	case action.Action == service.ActionRestart:
		u.log.Warn("restart is due", "in", action.Delay.Duration().String())
		u.schedule(action.Delay.Duration())
	default:
		u.log.Error("gave up: too many failures in a row")
	}
}

// startLater starts the service after a while, unless somebody starts or stops it before.
func (u *unit) startLater(delay time.Duration) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.schedule(delay)
}

func (u *unit) schedule(delay time.Duration) {
	u.due = time.AfterFunc(delay, func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.due == nil || u.process != nil { // cancelled or started meanwhile
			return
		}
		u.due = nil
		if err := u.launch(); err != nil {
			u.log.Error("start failed", "error", err.Error())
			u.recover(service.End{})
		}
	})
}

func (u *unit) cancelStart() {
	if u.due != nil {
		u.due.Stop()
		u.due = nil
	}
}

// end ends the process in the given way, and any start that is due. The returned channel is closed when it has gone.
func (u *unit) end(how func(*process)) <-chan struct{} {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.cancelStart()
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
	case <-time.After(u.status().Settings.PreShutdown.Duration()):
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
