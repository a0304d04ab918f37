// Package selfupdate keeps the agent's own service: it registers the resident part, brings it to the agent that runs
// now, and falls back to the former one when the new one doesn't come up.
package selfupdate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Alive is what the resident part writes to say that it lives; the rest of the file is its own.
type Alive struct {
	Version string    `json:"version"`
	PID     int       `json:"pid"`
	At      time.Time `json:"at"`
}

const (
	stopTimeout  = 30 * time.Second
	killTimeout  = 10 * time.Second
	pollInterval = 50 * time.Millisecond
)

var settings = service.Settings{
	DisplayName: "Windows HA agent",
	Description: "Watches the services that windows-ha-agent installed: scheduled events, hung processes, logs.",
	Account:     service.LocalSystem, SIDType: service.SIDUnrestricted, StartMode: service.StartAutomatic,
	PreShutdown: service.Seconds(stopTimeout.Seconds()), Recovery: service.DefaultRecovery,
}

// Part is the resident part of a machine.
type Part struct {
	Machine machine.Machine
	Manager service.Manager
	// Program is the agent that shall stay, and Version its version.
	Program, Version string
	// Deadline is how long it may take until it says that it lives.
	Deadline time.Duration
	// Forget removes what the service manager doesn't know of: the source in the event log.
	Forget func() error
	Log    *slog.Logger
}

// journal says what to go back to while the agent is being exchanged; on disk.
type journal struct {
	Former service.Program `json:"former"`
}

func (p *Part) journalFile() string { return filepath.Join(p.Machine.AgentFolder(), "journal.json") }

// Ensure makes the resident part run from a copy of this agent. One that does is left alone.
func (p *Part) Ensure(ctx context.Context) error {
	wanted, err := p.wanted()
	if err != nil {
		return err
	}
	status, err := p.Manager.Query(ctx, machine.AgentService)
	if errors.Is(err, service.ErrNotFound) {
		return p.first(ctx, wanted)
	}
	if err != nil {
		return err
	}
	interrupted, err := p.interrupted()
	if err != nil {
		return err
	}
	if interrupted == nil && status.Program.Equal(wanted) && p.says(status.PID) {
		return nil
	}
	former := status.Program
	if interrupted != nil {
		former = interrupted.Former
	}
	return p.exchange(ctx, former, wanted)
}

// Remove stops and removes the resident part. One that isn't there is fine.
func (p *Part) Remove(ctx context.Context) error {
	err := p.stop(ctx)
	if err == nil {
		err = p.Manager.Delete(ctx, machine.AgentService)
	}
	if err != nil && !errors.Is(err, service.ErrNotFound) {
		return err
	}
	return errors.Join(atomicfile.RemoveAll(p.Machine.AgentFolder()), atomicfile.Remove(p.Machine.ResidentFile()), p.Forget())
}

func (p *Part) first(ctx context.Context, wanted service.Program) error {
	if err := p.copy(wanted.Path); err != nil {
		return err
	}
	if err := p.Manager.Create(ctx, machine.AgentService, settings, wanted); err != nil {
		return err
	}
	if err := p.start(ctx); err != nil {
		return errors.Join(err, p.Remove(context.WithoutCancel(ctx)))
	}
	return nil
}

func (p *Part) exchange(ctx context.Context, former, wanted service.Program) error {
	if err := p.copy(wanted.Path); err != nil {
		return err
	}
	if err := atomicfile.WriteJSON(p.journalFile(), journal{former}); err != nil {
		return err
	}
	p.Log.Info("exchanging the resident part", "from", former.Path, "to", wanted.Path)
	err := p.run(ctx, wanted)
	if err != nil && !former.Equal(wanted) {
		// Going back is not interrupted: half-way nobody watches the services.
		if back := p.run(context.WithoutCancel(ctx), former); back != nil {
			return fmt.Errorf("%w; the former one could not be brought back either: %w", err, back)
		}
		err = fmt.Errorf("%w; the former one runs again", err)
	}
	p.prune(former, wanted)
	return errors.Join(err, atomicfile.Remove(p.journalFile()))
}

// run exchanges the program of the service and waits until it lives.
func (p *Part) run(ctx context.Context, program service.Program) error {
	if err := p.stop(ctx); err != nil {
		return err
	}
	if err := p.Manager.SetProgram(ctx, machine.AgentService, program); err != nil {
		return err
	}
	return p.start(ctx)
}

func (p *Part) stop(ctx context.Context) error {
	polite, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	err := p.Manager.Stop(polite, machine.AgentService)
	if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	forced, cancel := context.WithTimeout(ctx, killTimeout)
	defer cancel()
	return p.Manager.Kill(forced, machine.AgentService)
}

func (p *Part) start(ctx context.Context) error {
	if err := p.Manager.Start(ctx, machine.AgentService); err != nil {
		return err
	}
	for deadline := time.Now().Add(p.Deadline); ; {
		status, err := p.Manager.Query(ctx, machine.AgentService)
		if err != nil {
			return err
		}
		if p.says(status.PID) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the resident part %s doesn't say that it lives within %v", status.Program.Path, p.Deadline)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
}

// says tells whether the process has written that it lives.
func (p *Part) says(pid int) bool {
	var alive Alive
	return pid != 0 && atomicfile.ReadJSON(p.Machine.ResidentFile(), &alive) == nil && alive.PID == pid
}

func (p *Part) interrupted() (*journal, error) {
	var j journal
	err := atomicfile.ReadJSON(p.journalFile(), &j)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return &j, err
}

// wanted is this agent as a service. Its folder's name holds its hash, so that a copy never changes under its name.
func (p *Part) wanted() (service.Program, error) {
	file, err := os.Open(p.Program)
	if err != nil {
		return service.Program{}, err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return service.Program{}, err
	}
	name := machine.AgentService
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	id := p.Version + "-" + hex.EncodeToString(hash.Sum(nil))[:8]
	return service.Program{
		Path:        filepath.Join(p.Machine.AgentFolder(), id, name),
		Arguments:   []string{"serve", "--as-service"},
		Environment: []string{"WINDOWS_HA_ROOT=" + p.Machine.Root},
	}, nil
}

// copy makes the program's folder complete: it gets its name by one rename.
func (p *Part) copy(path string) error {
	folder := filepath.Dir(path)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	staging := filepath.Join(p.Machine.AgentFolder(), "staging")
	if err := errors.Join(atomicfile.RemoveAll(staging), os.MkdirAll(staging, 0o755)); err != nil {
		return err
	}
	defer atomicfile.RemoveAll(staging)
	if err := atomicfile.Copy(p.Program, filepath.Join(staging, filepath.Base(path))); err != nil {
		return fmt.Errorf("copy of the agent: %w", err)
	}
	return atomicfile.Rename(staging, folder)
}

// prune drops the copies that nobody needs any more. One that can't be removed now is removed another time.
func (p *Part) prune(programs ...service.Program) {
	entries, err := os.ReadDir(p.Machine.AgentFolder())
	if err != nil {
		return
	}
	for _, entry := range entries {
		folder := filepath.Join(p.Machine.AgentFolder(), entry.Name())
		needed := slices.ContainsFunc(programs, func(program service.Program) bool { return filepath.Dir(program.Path) == folder })
		if entry.IsDir() && !needed {
			_ = atomicfile.RemoveAll(folder)
		}
	}
}
