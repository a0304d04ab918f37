package spec

import (
	"fmt"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// usableAccount: a virtual account belongs to the service of its name, and only there a service without a SID of its
// own is the one that the access lists of its folders name.
func usableAccount(s *AgentSpec) []Finding {
	own := VirtualAccount(s.Service.Name)
	account := s.Settings().Account
	if strings.HasPrefix(account, virtualAccounts) {
		return []Finding{{"service.account", jsonText(account), own + ", or nothing, which means the same"}}
	}
	if s.Service.SIDType == service.SIDNone && account != "" && account != service.LocalSystem {
		return []Finding{{"service.sidType", jsonText(s.Service.SIDType), "\"unrestricted\" or \"restricted\" with the account " + account + ": else the service isn't let into its own folders"}}
	}
	return nil
}

func usableDependencies(s *AgentSpec) []Finding {
	var findings []Finding
	seen := map[string]bool{strings.ToLower(s.Service.Name): true, machine.AgentService: true}
	for i, name := range s.Service.Dependencies {
		lower := strings.ToLower(name)
		if seen[lower] {
			findings = append(findings, Finding{fmt.Sprintf("service.dependencies[%d]", i), jsonText(name), "each service once; not this service itself and not " + machine.AgentService})
		}
		seen[lower] = true
	}
	return findings
}

// endingRecovery: while a service waits longer than the reset period, the count begins anew and the list never ends.
func endingRecovery(s *AgentSpec) []Finding {
	recovery := s.Service.Recovery
	if recovery == nil {
		return nil
	}
	var findings []Finding
	for i, action := range recovery.Actions {
		path := fmt.Sprintf("service.recovery.actions[%d].delaySeconds", i)
		if action.Delay >= recovery.ResetPeriod {
			findings = append(findings, Finding{path, fmt.Sprint(action.Delay), fmt.Sprintf("less than resetPeriodSeconds (%v): else the count begins anew while a restart is waited for", recovery.ResetPeriod)})
		}
	}
	return findings
}

func enoughPreShutdown(s *AgentSpec) []Finding {
	if s.Stop.PreShutdown == 0 || s.Stop.PreShutdown >= s.Stop.Stop {
		return nil
	}
	return []Finding{{"stop.preShutdownSeconds", fmt.Sprint(s.Stop.PreShutdown), fmt.Sprintf("at least stopSeconds (%v): Windows ends the service when the time is over", s.Stop.Stop)}}
}
