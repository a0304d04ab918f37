package health

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

type body struct {
	State      string `json:"ApplicationHealthState"`
	Machine    string
	Status     string
	WaitingFor []string
	Down       []string
}

func ask(t *testing.T, handler http.Handler) (int, body) {
	t.Helper()
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	var decoded body
	if err := json.Unmarshal(answer.Body.Bytes(), &decoded); err != nil {
		t.Fatalf("not JSON: %q: %v", answer.Body, err)
	}
	return answer.Code, decoded
}

func TestHealthCarriesWhatTheHealthExtensionReads(t *testing.T) {
	code, got := ask(t, HealthHandler(web.Identity{Machine: "vm-1"}))
	if code != http.StatusOK || got.State != "Healthy" || got.Machine != "vm-1" {
		t.Errorf("%d %+v", code, got)
	}
}

func TestUnhealthyNeverSaysHealthy(t *testing.T) {
	code, got := ask(t, UnhealthyHandler(web.Identity{}))
	if code != http.StatusServiceUnavailable || got.State != "Unhealthy" {
		t.Errorf("%d %+v", code, got)
	}
}

func TestEachEndpointAnswersByTheTable(t *testing.T) {
	const never, up, lost = "never connected", "up", "lost"
	tests := []struct {
		name         string
		dependencies []string
		draining     bool
		ready, deps  int
	}{
		{"no dependencies", nil, false, 200, 200},
		{"all up", []string{up, up}, false, 200, 200},
		{"one never connected", []string{up, never}, false, 503, 429},
		{"one lost", []string{lost, up}, false, 200, 429},
		{"all lost", []string{lost, lost}, false, 200, 429},
		{"draining", nil, true, 503, 200},
		{"draining and one lost", []string{lost}, true, 503, 429},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var dependencies []Dependency
				for _, state := range test.dependencies {
					probes := 0
					dependencies = append(dependencies, Dependency{Name: state, Probe: func(context.Context) error {
						probes++
						if state == never || (state == lost && probes > 1) {
							return errors.New(state)
						}
						return nil
					}})
				}
				monitor := run(t, dependencies...)
				time.Sleep(checkInterval + time.Second)
				synctest.Wait()
				drain := NewDrain(drainFile(t, test.draining), quiet)
				if code, got := ask(t, ReadyHandler(monitor, drain)); code != test.ready {
					t.Errorf("/ready: %d %+v, want %d", code, got, test.ready)
				}
				if code, got := ask(t, DependenciesHandler(monitor)); code != test.deps {
					t.Errorf("/health/deps: %d %+v, want %d", code, got, test.deps)
				}
			})
		})
	}
}

func TestAnswersNameWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var db, cache switchable
		cache.up.Store(true)
		monitor := run(t, db.dependency("db"), cache.dependency("cache"))
		if _, got := ask(t, ReadyHandler(monitor, NewDrain("", quiet))); len(got.WaitingFor) != 1 || got.WaitingFor[0] != "db" {
			t.Errorf("/ready waits for %v, want [db]", got.WaitingFor)
		}
		if _, got := ask(t, DependenciesHandler(monitor)); got.Status != "degraded" || len(got.Down) != 1 || got.Down[0] != "db" {
			t.Errorf("/health/deps: %+v, want db down", got)
		}
	})
}

func TestAQuestionProbesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var db switchable
		db.up.Store(true)
		monitor := run(t, db.dependency("db"))
		for range 10 {
			ask(t, DependenciesHandler(monitor))
		}
		if len(db.probed) != 1 {
			t.Errorf("%d probes after ten questions, want the one of the background", len(db.probed))
		}
	})
}

func TestDrainFollowsTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "drain")
	drain := NewDrain(file, quiet)
	for _, exists := range []bool{false, true, false, true} {
		if exists {
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if drain.Active() != exists {
			t.Errorf("file exists: %v, draining: %v", exists, !exists)
		}
	}
}

func BenchmarkDrainActive(b *testing.B) {
	drain := NewDrain(filepath.Join(b.TempDir(), "drain"), quiet)
	for b.Loop() {
		drain.Active()
	}
}

func drainFile(t *testing.T, exists bool) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "drain")
	if exists {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}
