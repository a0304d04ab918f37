package spec

import (
	"errors"
	"strings"
	"testing"
)

// scheduled is the valid document as a task, with this in its service.
func scheduled(declared string) string {
	return strings.NewReplacer(`"port": 8080`, `"mode": "scheduledTask"`+declared, `${WINDOWS_HA_ADDRESS}`, `here`).Replace(valid)
}

func TestAScheduledTaskNeedsNoPort(t *testing.T) {
	for _, declared := range []string{
		`, "schedule": {"intervalSeconds": 900, "timeLimitSeconds": 60}`,
		`, "schedule": {"dailyAt": "03:30", "timeZone": "machine", "timeLimitSeconds": 60}`,
	} {
		s, err := Parse([]byte(scheduled(declared)))
		if err != nil || !s.Service.IsTask() || !s.Service.IsConsole() || s.Service.Schedule.TimeLimit != 60 {
			t.Errorf("%s: %+v, %v", declared, s, err)
		}
	}
}

func TestAScheduleIsPartOfTheRelease(t *testing.T) {
	names := map[string]bool{}
	for _, time := range []string{"03:30", "04:30"} {
		s, err := Parse([]byte(scheduled(`, "schedule": {"dailyAt": "` + time + `", "timeLimitSeconds": 60}`)))
		if err != nil {
			t.Fatal(err)
		}
		names[s.Release(s.Artifacts[0])] = true
	}
	if len(names) != 2 {
		t.Errorf("releases %v", names)
	}
}

func TestOneMistakeOfAScheduleIsOneFinding(t *testing.T) {
	for declared, want := range map[string]string{
		``:                                       `service.schedule: seen nothing; allowed: intervalSeconds or dailyAt`,
		`, "schedule": {"timeLimitSeconds": 60}`: `service.schedule: seen both or none of them`,
		`, "schedule": {"intervalSeconds": 60, "dailyAt": "03:30", "timeLimitSeconds": 60}`: `service.schedule: seen both or none of them`,
		`, "schedule": {"intervalSeconds": 60, "timeZone": "UTC", "timeLimitSeconds": 60}`:  `service.schedule.timeZone: seen "UTC"; allowed: nothing with intervalSeconds`,
		`, "schedule": {"intervalSeconds": 60}`:                                             `service.schedule.timeLimitSeconds: seen nothing`,
		`, "port": 8080, "schedule": {"intervalSeconds": 60, "timeLimitSeconds": 60}`:       `service.port: seen 8080; allowed: no port`,
		`, "schedule": {"dailyAt": "3:30", "timeLimitSeconds": 60}`:                         `service.schedule.dailyAt: seen "3:30"`,
	} {
		_, err := Parse([]byte(scheduled(declared)))
		var invalid *InvalidError
		if !errors.As(err, &invalid) || len(invalid.Findings) != 1 || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want one finding with %q", declared, err, want)
		}
	}
}
