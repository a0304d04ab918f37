package spec

import (
	"fmt"
	"strings"
)

// usableSchedule: a task has a schedule of one kind and nobody who would connect to it; everything else has a port.
func usableSchedule(s *AgentSpec) []Finding {
	declared := s.Service
	if !declared.IsTask() {
		var findings []Finding
		if declared.Port == 0 {
			findings = append(findings, Finding{"service.port", "nothing", "a value is required: the port that the service listens on"})
		}
		if declared.Schedule != nil {
			findings = append(findings, Finding{"service.schedule", "a schedule", "none unless service.mode is \"scheduledTask\""})
		}
		return findings
	}
	var findings []Finding
	if declared.Port != 0 {
		findings = append(findings, Finding{"service.port", fmt.Sprint(declared.Port), "no port: nobody connects to a scheduled task"})
	}
	if s.Health.Admission != nil {
		findings = append(findings, Finding{"health.admission", "a wait", "nothing: no balancer asks for a scheduled task"})
	}
	for i, argument := range declared.Arguments {
		if strings.Contains(argument, "${WINDOWS_HA_ADDRESS}") {
			findings = append(findings, Finding{fmt.Sprintf("service.arguments[%d]", i), "${WINDOWS_HA_ADDRESS}", "other placeholders: a scheduled task has no address"})
		}
	}
	switch schedule := declared.Schedule; {
	case schedule == nil:
		findings = append(findings, Finding{"service.schedule", "nothing", "intervalSeconds or dailyAt, because service.mode is \"scheduledTask\""})
	case (schedule.Interval != 0) == (schedule.DailyAt != ""):
		findings = append(findings, Finding{"service.schedule", "both or none of them", "either intervalSeconds or dailyAt"})
	case schedule.Interval != 0 && schedule.TimeZone != "":
		findings = append(findings, Finding{"service.schedule.timeZone", jsonText(schedule.TimeZone), "nothing with intervalSeconds"})
	}
	return findings
}
