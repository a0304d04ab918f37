package systemd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Manager is the [service.Manager] of a machine with systemd.
type Manager struct {
	// Folder is where unit files of the machine's administrator lie.
	Folder string
	// Root is the folder in which services may write.
	Root string
	// Control carries out `systemctl` with arguments and returns what it printed.
	Control func(ctx context.Context, arguments ...string) (string, error)
}

var _ service.Manager = Manager{}

// Folder is systemd's own place for such files.
const Folder = "/etc/systemd/system"

// Runs tells whether this machine's first process is systemd (sd_booted(3)).
func Runs() bool {
	info, err := os.Lstat("/run/systemd/system")
	return err == nil && info.IsDir()
}

// Systemctl is the usual [Manager.Control].
func Systemctl(ctx context.Context, arguments ...string) (string, error) {
	output, err := exec.CommandContext(ctx, "systemctl", arguments...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("systemctl %s: %w: %s", strings.Join(arguments, " "), err, strings.TrimSpace(string(output)))
	}
	return string(output), err
}

const pollInterval = 50 * time.Millisecond

func unitName(name string) string { return name + ".service" }

func (m Manager) file(name string) string { return filepath.Join(m.Folder, unitName(name)) }

// Query reads the unit file, and asks systemd for the process.
func (m Manager) Query(ctx context.Context, name string) (service.Status, error) {
	shown, err := m.show(ctx, name)
	if err != nil {
		return service.Status{}, err
	}
	known, err := m.read(name)
	if errors.Is(err, service.ErrNotFound) && shown["LoadState"] != "not-found" && shown["FragmentPath"] != "" && shown["FragmentPath"] != m.file(name) {
		// A package of the system brought a unit of this name.
		known, err = registration{Program: service.Program{Path: shown["FragmentPath"]}}, nil
	}
	if err != nil {
		return service.Status{}, err
	}
	pid, _ := strconv.Atoi(shown["MainPID"])
	return service.Status{
		PID: pid, Program: known.Program, Settings: known.Settings,
		Paused: shown["ActiveState"] == "deactivating" || shown["ActiveState"] == "reloading",
	}, nil
}

func (m Manager) show(ctx context.Context, name string) (map[string]string, error) {
	text, err := m.Control(ctx, "show", unitName(name), "--property=LoadState,FragmentPath,MainPID,ActiveState")
	if err != nil {
		return nil, err
	}
	shown := map[string]string{}
	for line := range strings.Lines(text) {
		if key, value, found := strings.Cut(strings.TrimSpace(line), "="); found {
			shown[key] = value
		}
	}
	return shown, nil
}

// read is the registration in the unit file. Of a file that somebody else wrote no more is known than where it is.
func (m Manager) read(name string) (registration, error) {
	text, err := os.ReadFile(m.file(name))
	if errors.Is(err, os.ErrNotExist) {
		return registration{}, service.ErrNotFound
	}
	if err != nil {
		return registration{}, err
	}
	if known, own := parse(string(text)); own {
		return known, nil
	}
	return registration{Program: service.Program{Path: m.file(name)}}, nil
}

// write makes a unit file, and has systemd read it.
func (m Manager) write(ctx context.Context, name string, r registration) error {
	text, err := unit(name, r, m.Root)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(m.file(name), []byte(text)); err != nil {
		return err
	}
	if err := os.Chmod(m.file(name), 0o644); err != nil { // nothing in it is secret, and systemd says so otherwise
		return err
	}
	if err := m.reload(ctx); err != nil {
		return err
	}
	return m.enable(ctx, name, r.Settings.StartMode)
}

func (m Manager) reload(ctx context.Context) error {
	_, err := m.Control(ctx, "daemon-reload")
	return err
}

// enable has the machine start the service by itself, or not.
func (m Manager) enable(ctx context.Context, name string, mode service.StartMode) error {
	verb := "enable"
	if mode == service.StartManual || mode == service.StartDisabled {
		verb = "disable"
	}
	_, err := m.Control(ctx, verb, unitName(name))
	return err
}

// Create writes the unit without starting it.
func (m Manager) Create(ctx context.Context, name string, settings service.Settings, program service.Program) error {
	_, err := m.Query(ctx, name)
	if err == nil {
		return service.ErrExists
	}
	if !errors.Is(err, service.ErrNotFound) {
		return err
	}
	return m.write(ctx, name, registration{settings, program})
}

func (m Manager) edit(ctx context.Context, name string, change func(*registration)) error {
	known, err := m.read(name)
	if err != nil {
		return err
	}
	change(&known)
	return m.write(ctx, name, known)
}

// Configure changes the unit; a running process goes on.
func (m Manager) Configure(ctx context.Context, name string, settings service.Settings) error {
	return m.edit(ctx, name, func(r *registration) { r.Settings = settings })
}

// SetProgram changes what the next start runs.
func (m Manager) SetProgram(ctx context.Context, name string, program service.Program) error {
	return m.edit(ctx, name, func(r *registration) { r.Program = program })
}

// Start starts the unit. It reads the file first: a crash may have come between a write and its reading.
func (m Manager) Start(ctx context.Context, name string) error {
	if _, err := m.read(name); err != nil {
		return err
	}
	if err := m.reload(ctx); err != nil {
		return err
	}
	_, err := m.Control(ctx, "start", unitName(name))
	return err
}

// Stop asks the unit to stop and waits for its end. systemd kills what takes longer than the unit's own time.
func (m Manager) Stop(ctx context.Context, name string) error {
	if _, err := m.read(name); err != nil {
		return err
	}
	if _, err := m.Control(ctx, "stop", "--no-block", unitName(name)); err != nil && ctx.Err() == nil {
		return err
	}
	return m.awaitEnd(ctx, name)
}

// Kill ends all processes of the unit, and the start that is due after that.
func (m Manager) Kill(ctx context.Context, name string) error {
	status, err := m.Query(ctx, name)
	if err != nil {
		return err
	}
	if status.Running() {
		_, err = m.Control(ctx, "kill", "--kill-who=all", "--signal=SIGKILL", unitName(name))
	}
	// A process that has ended meanwhile can't be killed, and is what was asked for.
	return errors.Join(m.Stop(ctx, name), m.stillThere(ctx, name, err))
}

func (m Manager) stillThere(ctx context.Context, name string, killErr error) error {
	status, err := m.Query(ctx, name)
	if err != nil || !status.Running() {
		return err
	}
	return killErr
}

func (m Manager) awaitEnd(ctx context.Context, name string) error {
	for {
		shown, err := m.show(ctx, name)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		if state := shown["ActiveState"]; (shown["MainPID"] == "" || shown["MainPID"] == "0") && (state == "inactive" || state == "failed" || state == "") {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
}

// Delete removes the unit of a service that doesn't run.
func (m Manager) Delete(ctx context.Context, name string) error {
	if _, err := m.read(name); err != nil {
		return err
	}
	status, err := m.Query(ctx, name)
	if err != nil {
		return err
	}
	if status.Running() {
		return service.ErrRunning
	}
	if err := m.enable(ctx, name, service.StartManual); err != nil {
		return err
	}
	if err := atomicfile.Remove(m.file(name)); err != nil {
		return err
	}
	if err := m.reload(ctx); err != nil {
		return err
	}
	_, _ = m.Control(ctx, "reset-failed", unitName(name)) // forgets an end that was none too good
	return nil
}
