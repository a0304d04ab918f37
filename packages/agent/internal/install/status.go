package install

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Status is what `status --json` prints. Fields are only ever added.
type Status struct {
	Machine string `json:"machine"`
	// Service is empty when the machine has none.
	Service         string `json:"service"`
	Version         string `json:"version"`
	Release         string `json:"release"`
	PreviousRelease string `json:"previousRelease"`
	// Releases are on the machine, the newest first: `rollback --to` takes each of them.
	Releases []string `json:"releases"`
	Running  bool     `json:"running"`
	PID      int      `json:"pid"`
	// Healthy is the answer to one question now; Problem says why not.
	Healthy bool   `json:"healthy"`
	Problem string `json:"problem,omitempty"`
	// Settings are what the service manager keeps of the service; absent when it isn't registered.
	Settings *service.Settings `json:"settings,omitempty"`
	// Draining is true while the service is told to be "not ready".
	Draining bool `json:"draining"`
	// PendingRestart says why Windows waits for a restart; until then an update of it is half done.
	PendingRestart []string `json:"pendingRestart,omitempty"`
	// Interrupted is true when an installation was cut off, or goes on now: the next `install` finishes or undoes it.
	Interrupted bool `json:"interrupted"`
	// Task are the runs of a scheduled task; absent for what runs all the time.
	Task *schedule.Record `json:"task,omitempty"`
	// LastInstall is absent before the first installation.
	LastInstall *lastInstall `json:"lastInstall,omitempty"`
}

// Status looks at a service; an empty name means the only one. It changes nothing and takes no lock.
func (i *Installer) Status(ctx context.Context, name string) (Status, error) {
	result := Status{Machine: i.Machine.Name, Releases: []string{}, Interrupted: exists(i.Machine.JournalFile()), PendingRestart: i.Host.PendingRestart()}
	name, err := i.serviceName(name)
	if err != nil || name == "" {
		return result, err
	}
	known, err := i.load(name)
	if err != nil {
		return result, err
	}
	result.Service, result.Version = name, known.Version
	result.Release, result.PreviousRelease = known.Release, known.PreviousRelease
	kept, err := i.keptReleases(name)
	if err != nil {
		return result, err
	}
	for _, r := range kept {
		result.Releases = append(result.Releases, r.ID)
	}
	adopted, err := i.adopted(name)
	if err != nil {
		return result, err
	}
	if adopted != nil {
		result.Releases = append(result.Releases, asRegistered)
	}
	result.Draining = exists(i.Machine.DrainFile(name))
	if known.LastInstall.Result != "" {
		result.LastInstall = &known.LastInstall
	}
	status, err := i.query(ctx, name)
	if err != nil {
		return result, err
	}
	if status == nil {
		result.Problem = "the service is not registered"
		return result, nil
	}
	result.Running, result.PID = status.Running(), status.PID
	result.Settings = shown(name, status.Settings)
	if adopted != nil && adopted.Program.Equal(status.Program) {
		result.Problem = "it runs as it was registered before it was adopted: `windows-ha-agent install` takes it over"
		return result, nil
	}
	var document spec.AgentSpec
	if err := atomicfile.ReadJSON(filepath.Join(filepath.Dir(status.Program.Path), specFile), &document); err != nil {
		result.Problem = "the running release has lost its document: " + err.Error()
		return result, nil
	}
	if result.Task, err = i.runsOf(&document); err != nil {
		return result, err
	}
	if err := i.keepsSchedule(&document, status.PID); err != nil {
		result.Problem = err.Error()
		return result, nil
	}
	if err := i.gate(release{Spec: &document}).Ask(ctx); err != nil {
		result.Problem = err.Error()
		return result, nil
	}
	result.Healthy = result.Running
	return result, nil
}

// shown are settings as a person wants to see them: with the account's full name, and lists even where they are empty.
func shown(name string, settings service.Settings) *service.Settings {
	settings.Account = cmp.Or(settings.Account, spec.VirtualAccount(name))
	settings.RequiredPrivileges = append([]string{}, settings.RequiredPrivileges...)
	settings.Dependencies = append([]string{}, settings.Dependencies...)
	settings.Recovery.Actions = append([]service.RecoveryAction{}, settings.Recovery.Actions...)
	return &settings
}

// withRestartWarning tells of a restart that Windows waits for: a release can fail on what that changes.
func (i *Installer) withRestartWarning(done string) string {
	reasons := i.Host.PendingRestart()
	if len(reasons) == 0 {
		return done
	}
	i.Log.Warn("Windows waits for a restart: do it when other machines serve", "reasons", strings.Join(reasons, ", "))
	return fmt.Sprintf("%s; Windows waits for a restart (%s)", done, strings.Join(reasons, ", "))
}

// services are the names that have a folder on this machine.
func (i *Installer) services() ([]string, error) {
	entries, err := os.ReadDir(i.Machine.ServicesFolder())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, nil
}

// serviceName is the wanted service, or the only one when none is named, or "" when it isn't there.
func (i *Installer) serviceName(wanted string) (string, error) {
	names, err := i.services()
	switch {
	case err != nil:
		return "", err
	case wanted != "" && slices.Contains(names, wanted):
		return wanted, nil
	case wanted != "":
		return "", nil
	case len(names) > 1:
		return "", exitcode.Errorf(exitcode.Usage, "--service: seen nothing; allowed, because there are several services: %s", strings.Join(names, ", "))
	case len(names) == 0:
		return "", nil
	default:
		return names[0], nil
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
