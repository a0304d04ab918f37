package spec

import "fmt"

// agentPath is the liveness endpoint where the agent answers.
const agentPath = "/health"

// usableHealth: where the agent answers, it needs a port of its own and somebody who stays on the machine.
func usableHealth(s *AgentSpec) []Finding {
	h := s.Health
	if !h.ByAgent() {
		if h.Port == 0 {
			return nil
		}
		return []Finding{{"health.port", fmt.Sprint(h.Port), "no port unless health.provider is \"agent\": a service answers on its own port"}}
	}
	var findings []Finding
	if h.Port == 0 {
		findings = append(findings, Finding{"health.port", "nothing", "the port on which the agent answers, because health.provider is \"agent\""})
	}
	if h.Port == s.Service.Port {
		findings = append(findings, Finding{"health.port", fmt.Sprint(h.Port), "another port than service.port, which the service itself listens on"})
	}
	if h.Path != agentPath {
		findings = append(findings, Finding{"health.path", jsonText(h.Path), agentPath + ", where the agent answers"})
	}
	if h.Scheme == "https" {
		findings = append(findings, Finding{"health.scheme", jsonText(h.Scheme), "http: the agent answers without TLS"})
	}
	if s.Resident == nil {
		findings = append(findings, Finding{"resident", "nothing", "what the resident part does, because it answers on the health endpoints"})
	}
	return findings
}
