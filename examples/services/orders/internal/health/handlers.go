package health

import (
	"net/http"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

// document is the answer of /health. Azure's health extension 2.0 reads ApplicationHealthState, and takes anything
// but a 2xx with that field for Unknown, which leads to a repair.
type document struct {
	ApplicationHealthState string `json:"ApplicationHealthState"`
	web.Identity
	Timestamp time.Time `json:"timestamp"`
}

// HealthHandler answers 200 for as long as the process serves, whatever else happens (S0-54).
func HealthHandler(identity web.Identity) http.Handler {
	return documentHandler(http.StatusOK, "Healthy", identity)
}

// UnhealthyHandler is for drills: a release that never becomes healthy.
func UnhealthyHandler(identity web.Identity) http.Handler {
	return documentHandler(http.StatusServiceUnavailable, "Unhealthy", identity)
}

func documentHandler(code int, state string, identity web.Identity) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		web.JSON(w, code, document{ApplicationHealthState: state, Identity: identity, Timestamp: time.Now().UTC()})
	})
}

// ReadyHandler answers 200 when every dependency was connected once and no drain is asked for (S0-55).
func ReadyHandler(monitor *Monitor, drain *Drain) http.Handler {
	type answer struct {
		Status     string   `json:"status"`
		WaitingFor []string `json:"waitingFor,omitempty"`
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		waiting := names(monitor.Statuses(), func(s Status) bool { return !s.Connected })
		switch {
		case drain.Active():
			web.JSON(w, http.StatusServiceUnavailable, answer{Status: "draining"})
		case len(waiting) > 0:
			web.JSON(w, http.StatusServiceUnavailable, answer{Status: "connecting", WaitingFor: waiting})
		default:
			web.JSON(w, http.StatusOK, answer{Status: "ready"})
		}
	})
}

// DependenciesHandler answers 429, which Consul takes for a warning, while a dependency is down (S0-56).
func DependenciesHandler(monitor *Monitor) http.Handler {
	type dependency struct {
		Name   string    `json:"name"`
		Status string    `json:"status"`
		Since  time.Time `json:"since"`
	}
	type answer struct {
		Status       string       `json:"status"`
		Down         []string     `json:"down"`
		Dependencies []dependency `json:"dependencies"`
	}
	words := map[bool]string{true: "up", false: "down"}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		statuses := monitor.Statuses()
		result := answer{Status: "up", Down: names(statuses, func(s Status) bool { return !s.Up }), Dependencies: []dependency{}}
		for _, s := range statuses {
			result.Dependencies = append(result.Dependencies, dependency{Name: s.Name, Status: words[s.Up], Since: s.Since.UTC()})
		}
		code := http.StatusOK
		if len(result.Down) > 0 {
			code, result.Status = http.StatusTooManyRequests, "degraded"
		}
		web.JSON(w, code, result)
	})
}

func names(statuses []Status, wanted func(Status) bool) []string {
	found := []string{}
	for _, s := range statuses {
		if wanted(s) {
			found = append(found, s.Name)
		}
	}
	return found
}
