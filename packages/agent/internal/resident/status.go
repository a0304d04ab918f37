package resident

import (
	"os"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/datacenter"
	"github.com/windows-ha/windows-ha/packages/agent/internal/scheduledevents"
	"github.com/windows-ha/windows-ha/packages/agent/internal/selfupdate"
)

// Status is what the resident part says of itself. Fields are only ever added.
type Status struct {
	selfupdate.Alive
	// Problem is the last thing that went wrong and wasn't repaired since.
	Problem         string                    `json:"problem,omitempty"`
	ScheduledEvents *scheduledevents.Status   `json:"scheduledEvents,omitempty"`
	Watchdog        map[string]WatchdogStatus `json:"watchdog"`
	Secrets         map[string]SecretsStatus  `json:"secrets,omitempty"`
	// Consul is what was done for Consul; absent where there is none.
	Consul *ConsulStatus `json:"consul,omitempty"`
	// Datacenter and Snapshots are what the agent of one of Consul's servers does for all of them.
	Datacenter *datacenter.Status         `json:"datacenter,omitempty"`
	Snapshots  *datacenter.SnapshotStatus `json:"snapshots,omitempty"`
	// Endpoints are those on which the resident part answers for services.
	Endpoints map[string]EndpointStatus `json:"endpoints,omitempty"`
}

// EndpointStatus is the health endpoint of one service that has none itself.
type EndpointStatus struct {
	Port int `json:"port"`
	// Problem says why nobody answers there; empty when the port is open.
	Problem string `json:"problem,omitempty"`
}

// WatchdogStatus is what the watchdog knows of one service.
type WatchdogStatus struct {
	// Restarts of a hung process, ever.
	Restarts    int        `json:"restarts"`
	LastRestart *time.Time `json:"lastRestart,omitempty"`
	// LastProblem is why the service counted as hung at its last restart.
	LastProblem string `json:"lastProblem,omitempty"`
}

// heartbeat is how old the file of a living resident part may become.
const heartbeat = 30 * time.Second

// edit changes the status and writes it down.
func (r *Resident) edit(change func(*Status)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.status)
	r.status.At = time.Now().UTC()
	if err := atomicfile.WriteJSON(r.Installer.Machine.ResidentFile(), r.status); err != nil {
		r.Log.Error("the status could not be written", "error", err.Error())
	}
}

// remember takes over what a former process counted.
func (r *Resident) remember() {
	var former Status
	_ = atomicfile.ReadJSON(r.Installer.Machine.ResidentFile(), &former)
	r.status = Status{Alive: selfupdate.Alive{Version: r.Version, PID: os.Getpid()}, Watchdog: former.Watchdog, Secrets: former.Secrets, Consul: former.Consul}
	if r.status.Watchdog == nil {
		r.status.Watchdog = map[string]WatchdogStatus{}
	}
	if r.status.Secrets == nil {
		r.status.Secrets = map[string]SecretsStatus{}
	}
}
