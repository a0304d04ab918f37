package spec

import (
	"path/filepath"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
)

// File is the document that a release was installed from, in the release's folder.
const File = "spec.json"

// Resident is what the agent's resident part does for the service.
type Resident struct {
	Watchdog        Watchdog         `json:"watchdog"`
	ScheduledEvents ScheduledEvents  `json:"scheduledEvents"`
	Logs            logrotate.Limits `json:"logs"`
}

// Watchdog says when a service hangs.
type Watchdog struct {
	Enabled  bool    `json:"enabled"`
	Interval Seconds `json:"intervalSeconds"`
	Timeout  Seconds `json:"timeoutSeconds"`
	Failures int     `json:"failures"`
}

// ScheduledEvents says whether the service is prepared for Azure's events.
type ScheduledEvents struct {
	Enabled bool `json:"enabled"`
}

// Document is the one of the release in a folder.
func Document(releaseFolder string) (*AgentSpec, error) {
	s := new(AgentSpec)
	return s, atomicfile.ReadJSON(filepath.Join(releaseFolder, File), s)
}

// StopTimeout is how long the release in a folder may take to stop, or a minute (S4-37) where no document says it.
func StopTimeout(releaseFolder string) time.Duration {
	var s AgentSpec
	if err := atomicfile.ReadJSON(filepath.Join(releaseFolder, File), &s); err != nil || s.Stop.Stop == 0 {
		return time.Minute
	}
	return s.Stop.Stop.Duration()
}

// LogLimits are those of the release in a folder, or the usual ones where no document says any.
func LogLimits(releaseFolder string) logrotate.Limits {
	var s AgentSpec
	if err := atomicfile.ReadJSON(filepath.Join(releaseFolder, File), &s); err != nil || s.Resident == nil {
		return logrotate.Default
	}
	return s.Resident.Logs
}
