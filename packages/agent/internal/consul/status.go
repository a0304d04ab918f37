package consul

import (
	"context"
	"slices"
	"time"
)

// Standing says how far Consul has come, in one word.
type Standing string

// The words, from nothing to all.
const (
	Absent  Standing = "absent"
	Stopped Standing = "stopped"
	// Starting is a process whose API is silent: a client without a certificate has found no server yet.
	Starting Standing = "starting"
	// Joining is an API that knows no leader, or whose token nobody knows yet.
	Joining Standing = "joining"
	Ready   Standing = "ready"
)

// Status is what `consul status --json` prints. Fields are only ever added.
type Status struct {
	Machine string   `json:"machine"`
	Role    string   `json:"role"`
	State   Standing `json:"state"`
	Version string   `json:"version"`
	Running bool     `json:"running"`
	PID     int      `json:"pid"`
	// API is where programs of this machine ask.
	API    string `json:"api,omitempty"`
	Leader string `json:"leader,omitempty"`
	Zone   string `json:"zone,omitempty"`
	// Services are the ids that are registered; Maintenance has the reason of each that is in maintenance.
	Services    []string          `json:"services"`
	Maintenance map[string]string `json:"maintenance,omitempty"`
	Problem     string            `json:"problem,omitempty"`
	LastInstall *LastInstall      `json:"lastInstall,omitempty"`
}

// Status looks at Consul. It changes nothing and takes no lock.
func (k *Keeper) Status(ctx context.Context) (Status, error) {
	result := Status{Machine: k.Machine.Name, State: Absent, Services: []string{}}
	known, err := k.load()
	if err != nil {
		return result, err
	}
	if known.Last.Result != "" {
		result.LastInstall = &known.Last
	}
	for _, declared := range known.Registered {
		for _, service := range declared {
			result.Services = append(result.Services, service.ID())
		}
	}
	slices.Sort(result.Services)
	if !exists(k.layout().ConsulFolder()) {
		return result, nil
	}
	status, err := k.query(ctx)
	if err != nil {
		return result, err
	}
	if known.Consul == nil || status == nil {
		if known.Last.Result != "" {
			result.Problem = known.Last.Message
		}
		return result, nil
	}
	result.Role, result.Version, result.Zone = "client", known.Consul.Version, known.Zone
	if known.Server != nil {
		result.Role = "server"
	}
	result.Running, result.PID, result.API = status.Running(), status.PID, k.address(known.installation)
	k.look(ctx, known, &result)
	return result, nil
}

// lookTimeout is how long a person waits for one that hangs.
const lookTimeout = 2 * time.Second

// look asks Consul itself.
func (k *Keeper) look(ctx context.Context, known state, result *Status) {
	if !result.Running {
		result.State, result.Problem = Stopped, "its process doesn't run: look at "+k.layout().logs()
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	client := k.client(known.installation, agentToken)
	leader, err := client.Leader(ctx)
	result.Leader = leader
	switch {
	case !answered(err):
		result.State, result.Problem = Starting, err.Error()
	case err != nil || leader == "":
		result.State, result.Problem = Joining, "no server of the datacenter is known, or they have no leader"
	default:
		result.State = Ready
		if _, err := client.Self(ctx); err != nil {
			result.State, result.Problem = Joining, "the servers don't know the agent's token yet: "+err.Error()
		}
	}
	if result.State == Ready && len(result.Services) > 0 {
		if reasons, err := k.client(known.installation, registrationToken).Maintenance(ctx); err == nil && len(reasons) > 0 {
			result.Maintenance = reasons
		}
	}
}

// Process is Consul's, 0 without one; silence tells why its API doesn't answer.
func (k *Keeper) Process(ctx context.Context) (pid int, silence error) {
	known, err := k.load()
	if err != nil || known.Consul == nil {
		return 0, err
	}
	status, err := k.query(ctx)
	if err != nil || status == nil || !status.Running() || status.Paused {
		return 0, err
	}
	if err := k.client(known.installation, agentToken).Ping(ctx); !answered(err) {
		silence = err
	}
	return status.PID, silence
}
