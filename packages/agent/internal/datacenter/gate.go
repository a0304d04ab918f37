package datacenter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

// gateInterval is autopilot's own pace.
const gateInterval = 2 * time.Second

// autopilot is what the leader thinks of the servers.
type autopilot struct {
	Healthy          bool
	FailureTolerance int
	Leader           string
	Voters           []string
	Servers          map[string]struct {
		Name, Address, NodeStatus, Status string
		Healthy                           bool
	}
}

// problem says why no server may be lost now; empty when one may.
func (a autopilot) problem() string {
	var sick []string
	for _, server := range a.Servers {
		if !server.Healthy || server.NodeStatus != "alive" {
			sick = append(sick, fmt.Sprintf("%s at %s (gossip says %s, autopilot %s)", server.Name, server.Address, server.NodeStatus, server.Status))
		}
	}
	slices.Sort(sick)
	switch {
	case len(sick) > 0:
		return "unhealthy: " + strings.Join(sick, ", ")
	case !a.Healthy:
		return "autopilot calls the servers unhealthy without naming one"
	case a.FailureTolerance < 1 || len(a.Voters) < len(a.Servers):
		return fmt.Sprintf("%d of %d servers vote, so that none may be lost", len(a.Voters), len(a.Servers))
	default:
		return ""
	}
}

// Gate waits until one server may be lost without losing the majority. A server that has come back counts once it votes
// again. A datacenter that waits for its first servers lets them come.
func Gate(ctx context.Context, client consulapi.Client, formation Formation, timeout time.Duration) (string, error) {
	deadline := time.Now().Add(timeout)
	for {
		var seen autopilot
		err := client.Get(ctx, "operator/autopilot/state", &seen)
		problem := seen.problem()
		if err != nil {
			problem = err.Error()
		}
		if waiting := formation.problem(ctx, client); err != nil && waiting != "" {
			return waiting + ": nothing is lost yet", nil
		}
		if problem == "" {
			return fmt.Sprintf("%d servers vote and all are healthy: %d may be lost", len(seen.Voters), seen.FailureTolerance), nil
		}
		if !time.Now().Add(gateInterval).Before(deadline) {
			return "", exitcode.Errorf(exitcode.QuorumAtRisk, "no server of Consul may be taken away now, after %v: %s; bring the servers that are named back first (`windows-ha-agent consul status` and their logs on them), then try again", timeout, problem)
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("interrupted while waiting for Consul's servers: %w", context.Cause(ctx))
		case <-time.After(gateInterval):
		}
	}
}
