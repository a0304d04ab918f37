package spec

import (
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
)

func TestRulesOfTheHostFirewallAreToldApartAndTheirSourcesReadable(t *testing.T) {
	s := &AgentSpec{HostFirewall: &HostFirewall{Rules: []hostfirewall.Rule{
		{Name: "clients", Port: 80, Sources: []string{"10.0.0.0/8", "192.0.2.7", "fd00::/8"}},
		{Name: "Clients", Port: 81, Sources: []string{"10.0.0.1/8", "VirtualNetwork"}},
	}}}
	findings := usableFirewall(s)
	want := []string{"hostFirewall.rules[1].name", "hostFirewall.rules[1].sources[0]", "hostFirewall.rules[1].sources[1]"}
	if len(findings) != len(want) {
		t.Fatalf("got %v", findings)
	}
	for n, finding := range findings {
		if finding.Path != want[n] {
			t.Errorf("got %s, want %s", finding.Path, want[n])
		}
	}
	if findings := usableFirewall(&AgentSpec{}); findings != nil {
		t.Errorf("got %v", findings)
	}
}
