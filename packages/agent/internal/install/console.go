package install

import (
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// artifactFile is where the declared program lies. It is what the service manager starts, unless it is wrapped.
func (i *Installer) artifactFile(r release) string {
	return filepath.Join(i.Machine.ReleasesFolder(r.name()), r.ID, i.executable(r.name()))
}

func (i *Installer) executable(name string) string {
	if i.OS == "windows" {
		return name + ".exe"
	}
	return name
}

// wrapped has the agent run the program. Its copy lies beside the program and changes with the release alone, so that a
// newer agent restarts nobody; no service can have the agent's name.
func (i *Installer) wrapped(r release) service.Program {
	arguments := []string{"run", "--as-service", "--logs", i.Machine.ServiceLogs(r.name())}
	if r.Spec.Service.IsTask() {
		arguments = append(arguments, "--task", i.Machine.TaskFile(r.name()), "--drain-file", i.Machine.DrainFile(r.name()))
	}
	return service.Program{
		Path:        filepath.Join(filepath.Dir(r.Program.Path), i.executable(machine.AgentService)),
		Arguments:   append(append(arguments, "--", r.Program.Path), r.Program.Arguments...),
		Environment: r.Program.Environment,
	}
}

// addWrapper puts the agent's copy into a release that is being prepared.
func (i *Installer) addWrapper(r release, staging string) error {
	if !r.Spec.Service.IsConsole() {
		return nil
	}
	return atomicfile.Copy(i.Agent, filepath.Join(staging, filepath.Base(r.Program.Path)))
}

// logOf is where a person finds what a release printed.
func (i *Installer) logOf(r release) string {
	if r.Spec.Service.IsConsole() {
		return i.Machine.ServiceLogs(r.name())
	}
	return filepath.Join(i.Machine.LogsFolder(), r.name()+".log")
}
