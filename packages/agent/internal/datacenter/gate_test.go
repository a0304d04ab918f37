package datacenter

import (
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

func TestTheGateOpensOnlyWhereOneServerMayBeLost(t *testing.T) {
	c := newConsul(t)
	server := func(name string, healthy bool, gossip string) map[string]any {
		return map[string]any{"Name": name, "Address": "10.0.0.1:8300", "NodeStatus": gossip, "Status": "voter", "Healthy": healthy}
	}
	for _, row := range []struct {
		state map[string]any
		code  exitcode.Code
		says  string
	}{
		{map[string]any{"Healthy": true, "FailureTolerance": 1, "Voters": []any{"a", "b", "c"}, "Servers": map[string]any{"a": server("consul-1", true, "alive")}}, exitcode.OK, "1 may be lost"},
		{map[string]any{"Healthy": true, "FailureTolerance": 0, "Voters": []any{"a"}, "Servers": map[string]any{"a": server("consul-1", true, "alive")}}, exitcode.QuorumAtRisk, "1 of 1 servers vote"},
		// One that came back votes after ten seconds only.
		{map[string]any{"Healthy": true, "FailureTolerance": 1, "Voters": []any{"a"}, "Servers": map[string]any{"a": server("consul-1", true, "alive"), "b": server("consul-2", true, "alive")}}, exitcode.QuorumAtRisk, "1 of 2 servers vote"},
		{map[string]any{"Healthy": false, "FailureTolerance": 1, "Servers": map[string]any{"a": server("consul-1", true, "alive"), "b": server("consul-2", false, "failed")}}, exitcode.QuorumAtRisk, "unhealthy: consul-2 at 10.0.0.1:8300 (gossip says failed"},
		{nil, exitcode.QuorumAtRisk, "without naming one"},
	} {
		c.autopilot = row.state
		text, err := Gate(t.Context(), c.client, Formation{Expected: 3}, 0)
		if err != nil {
			text = err.Error()
		}
		if exitcode.Of(err) != row.code || !strings.Contains(text, row.says) {
			t.Errorf("got %d: %s", exitcode.Of(err), text)
		}
	}
}

func TestAFirstServerPassesTheGateWhileTheOthersAreStillToCome(t *testing.T) {
	c := newConsul(t)
	own := c.client.Address // it takes connections
	for _, row := range []struct {
		title     string
		leader    string
		peers     []string
		addresses []string
		code      exitcode.Code
	}{
		{"the first one", "", []string{}, []string{own, "127.0.0.1:1", "127.0.0.1:2"}, exitcode.OK},
		{"the last one", "", []string{}, []string{own, own, own}, exitcode.QuorumAtRisk},
		{"one with a past", "", []string{"10.0.0.1:8300"}, []string{own, "127.0.0.1:1"}, exitcode.QuorumAtRisk},
		{"with a leader", "10.0.0.1:8300", []string{}, []string{own, "127.0.0.1:1"}, exitcode.QuorumAtRisk},
	} {
		c.refuse, c.leader, c.peers = "operator", row.leader, row.peers
		if text, err := Gate(t.Context(), c.client, Formation{3, row.addresses}, 0); exitcode.Of(err) != row.code {
			t.Errorf("%s: %s, %v", row.title, text, err)
		}
	}
}
