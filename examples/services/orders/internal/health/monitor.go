package health

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	checkInterval = 10 * time.Second // S0-56
	probeTimeout  = 3 * time.Second
	jitter        = 0.2
)

// Waits between attempts to connect for the first time; the last one repeats (S2-29).
var backOff = []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}

// Dependency is another system, and the way to see whether it is there.
type Dependency struct {
	Name  string
	Probe func(context.Context) error
	// Optional ones don't count for readiness.
	Optional bool
}

// Status is what was last seen of a dependency.
type Status struct {
	Name string
	Up   bool
	// Connected stays true from the first success on: a shared database that fails must not take every machine out of
	// the balancer at once.
	Connected bool
	Since     time.Time
}

// Monitor checks dependencies in the background, so that no request ever waits for one.
type Monitor struct {
	dependencies []Dependency
	log          *slog.Logger

	mu       sync.RWMutex
	statuses []Status
}

// NewMonitor takes note of the dependencies; Run starts the checks.
func NewMonitor(dependencies []Dependency, log *slog.Logger) *Monitor {
	m := &Monitor{dependencies: dependencies, log: log}
	for _, d := range dependencies {
		m.statuses = append(m.statuses, Status{Name: d.Name, Connected: d.Optional, Since: time.Now()})
	}
	return m
}

// Run checks until ctx ends, every dependency on its own: a slow one delays no other.
func (m *Monitor) Run(ctx context.Context) {
	var watchers sync.WaitGroup
	for index := range m.dependencies {
		watchers.Go(func() { m.watch(ctx, index) })
	}
	watchers.Wait()
}

// Statuses returns a copy, in the order of the settings.
func (m *Monitor) Statuses() []Status {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return append([]Status(nil), m.statuses...)
}

func (m *Monitor) watch(ctx context.Context, index int) {
	for attempt := 0; ; attempt++ {
		started := time.Now()
		err := m.probe(ctx, m.dependencies[index])
		if ctx.Err() != nil {
			return
		}
		wait := connectWait(attempt)
		if m.record(index, err) {
			wait = checkInterval - time.Since(started)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (m *Monitor) probe(ctx context.Context, dependency Dependency) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	return dependency.Probe(ctx)
}

// record keeps the outcome and returns whether the dependency has ever been connected. Reasons go to the log only:
// they hold addresses, which are nobody's business on a public port.
func (m *Monitor) record(index int, err error) (connected bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	status := &m.statuses[index]
	up := err == nil
	changed := up != status.Up
	if changed {
		status.Up, status.Since = up, time.Now()
	}
	switch {
	case !up && !status.Connected:
		m.log.Warn("dependency not connected yet", "dependency", status.Name, "error", err.Error())
	case !up && changed:
		m.log.Warn("dependency lost", "dependency", status.Name, "error", err.Error())
	case up && changed:
		m.log.Info("dependency up", "dependency", status.Name)
	}
	status.Connected = status.Connected || up
	return status.Connected
}

// connectWait spreads the attempts by ± 20 %, so that machines which lost the same dependency together don't return
// to it together.
func connectWait(attempt int) time.Duration {
	wait := backOff[min(attempt, len(backOff)-1)]
	return time.Duration(float64(wait) * (1 - jitter + 2*jitter*rand.Float64()))
}
