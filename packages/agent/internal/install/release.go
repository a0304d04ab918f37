// Package install brings a machine to the release that an AgentSpec declares, and back to the former one when the new
// one doesn't work. The service manager's registration is the truth, the journal is the plan: whatever interrupts an
// installation, the next run ends with the old release serving or the new one, never with neither.
package install

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/health"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// specFile is the document that a release was installed from, in the release's folder.
const specFile = "spec.json"

// configurationFile holds a release's settings, in the release's folder: they come, and go back, with it.
const configurationFile = "configuration.json"

// release is one release on this machine.
type release struct {
	// ID is the name of its folder.
	ID      string          `json:"id"`
	Spec    *spec.AgentSpec `json:"spec"`
	Program service.Program `json:"program"`
	// Foreign are the settings of a registration that somebody else made; nil for a release of the agent's.
	Foreign *service.Settings `json:"foreign,omitempty"`
}

func (r release) name() string    { return r.Spec.Service.Name }
func (r release) version() string { return r.Spec.Service.Version }

func (r release) settings() service.Settings {
	if r.Foreign != nil {
		return *r.Foreign
	}
	return r.Spec.Settings()
}

// declared is the release that a document asks for on this machine.
func (i *Installer) declared(s *spec.AgentSpec) (release, error) {
	artifact, err := s.Artifact(i.OS, i.Arch)
	if err != nil {
		return release{}, exitcode.With(exitcode.NotPrepared, err)
	}
	name := s.Service.Name
	r := release{ID: s.Release(artifact), Spec: s}
	r.Program.Path = i.artifactFile(r)

	own := map[string]string{
		"WINDOWS_HA_MACHINE":     i.Machine.Name,
		"WINDOWS_HA_DRAIN_FILE":  i.Machine.DrainFile(name),
		"WINDOWS_HA_DATA_FOLDER": i.Machine.DataFolder(name),
		"WINDOWS_HA_LOG_FOLDER":  i.Machine.ServiceLogs(name),
	}
	if !s.Service.IsTask() {
		own["WINDOWS_HA_ADDRESS"] = i.Machine.ListenAddress(s.Service.Port)
	}
	pairs := make([]string, 0, 2*len(own))
	for key, value := range own {
		pairs = append(pairs, "${"+key+"}", value)
	}
	replacer := strings.NewReplacer(pairs...)
	for _, argument := range s.Service.Arguments {
		r.Program.Arguments = append(r.Program.Arguments, replacer.Replace(argument))
	}
	own["WINDOWS_HA_SERVICE_VERSION"] = s.Service.Version
	maps.Copy(own, secrets.Environment(i.Machine, s))
	if s.Service.Configuration != nil {
		own["WINDOWS_HA_CONFIG_FILE"] = filepath.Join(filepath.Dir(r.Program.Path), configurationFile)
	}
	if s.Service.ConfigurationPrefix != "" {
		own["WINDOWS_HA_CONFIG_PREFIX"] = s.Service.ConfigurationPrefix
	}
	for key, value := range s.Service.Environment {
		own[key] = replacer.Replace(value)
	}
	for _, key := range slices.Sorted(maps.Keys(own)) {
		r.Program.Environment = append(r.Program.Environment, key+"="+own[key])
	}
	if s.Service.IsConsole() {
		r.Program = i.wrapped(r)
	}
	return r, nil
}

// registered is the release that the service manager runs now. Its document lies in its folder; when that is lost, the
// new document stands in for its gate and stop times.
func (i *Installer) registered(program service.Program, next release) (release, error) {
	folder := filepath.Dir(program.Path)
	if filepath.Dir(folder) != i.Machine.ReleasesFolder(next.name()) {
		if adopted, err := i.adopted(next.name()); err != nil || adopted != nil && adopted.Program.Equal(program) {
			return i.asRegistered(next, adopted), err
		}
		return release{}, exitcode.Errorf(exitcode.NotPrepared,
			"the service %s exists on this machine, but it runs %s, which this agent did not install: adopt it (`windows-ha-agent adopt --service %s --dry-run` shows what that means), remove it, or declare another name", next.name(), program.Path, next.name())
	}
	r := release{ID: filepath.Base(folder), Program: program, Spec: new(spec.AgentSpec)}
	if err := atomicfile.ReadJSON(filepath.Join(folder, specFile), r.Spec); err != nil {
		i.Log.Warn("the running release has lost its document, the new one stands in", "release", r.ID, "error", err.Error())
		r.Spec = next.Spec
	}
	return r, nil
}

func (i *Installer) gate(r release) health.Gate {
	h, address := r.Spec.Health, i.Machine.AskAddress(r.Spec.Service.Port)
	gate := health.Gate{
		Interval:  h.Interval.Duration(),
		Timeout:   h.Timeout.Duration(),
		Deadline:  h.Deadline.Duration(),
		Successes: h.ConsecutiveSuccesses,
	}
	switch {
	case r.Foreign != nil: // nothing is known of its endpoints
	case r.Spec.Service.IsTask(): // it is good while its schedule is kept
	case h.ByAgent():
		gate.Address = address
	default:
		gate.URL = fmt.Sprintf("%s://%s%s", cmp.Or(h.Scheme, "http"), address, h.Path)
	}
	return gate
}
