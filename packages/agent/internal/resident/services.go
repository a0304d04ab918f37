package resident

import (
	"context"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/watchdog"
)

// watchServices has one watch per service, each at its own pace: one that hangs must not slow down the others.
func (r *Resident) watchServices(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	watched := map[string]*watcher{}
	every(ctx, lookInterval, func(ctx context.Context) {
		services, err := r.Installer.Supervised(ctx)
		if err != nil {
			return // the service manager is going down, or comes up
		}
		seen := map[string]bool{}
		for _, s := range services {
			name := s.Spec.Service.Name
			seen[name] = s.Spec.Resident.Watchdog.Enabled
			if !seen[name] || watched[name] != nil {
				continue
			}
			watching, cancel := context.WithCancel(ctx)
			w := &watcher{resident: r, name: name, end: cancel}
			watched[name] = w
			group.Go(func() { w.run(watching) })
		}
		for name, w := range watched {
			if !seen[name] {
				w.end()
				delete(watched, name)
			}
		}
	})
}

// watcher follows one service.
type watcher struct {
	resident *Resident
	name     string
	end      context.CancelFunc
	watch    watchdog.Watch
}

func (w *watcher) run(ctx context.Context) {
	for ctx.Err() == nil {
		began := time.Now()
		pause := w.step(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(began.Add(pause))):
		}
	}
}

// step asks once and returns the time until the next question, counted from this one.
func (w *watcher) step(ctx context.Context) time.Duration {
	s, err := w.service(ctx)
	if err != nil || s == nil {
		return lookInterval
	}
	settings := s.Spec.Resident.Watchdog
	pid := s.Status.PID
	if s.Status.Paused {
		pid = 0
	}
	var problem error
	if pid != 0 {
		problem = w.resident.Installer.Alive(ctx, s.Spec)
	}
	if ctx.Err() != nil {
		return 0
	}
	rule := watchdog.Settings{Failures: settings.Failures, Start: s.Spec.Health.Deadline.Duration()}
	if w.watch.Observe(time.Now(), rule, pid, problem == nil) {
		w.restart(ctx, s, problem)
	}
	return settings.Interval.Duration()
}

func (w *watcher) restart(ctx context.Context, s *install.Supervised, problem error) {
	log := w.resident.Log.With("service", w.name, "pid", s.Status.PID)
	restarted, err := w.resident.Installer.Restart(ctx, s.Spec, s.Status.PID)
	if exitcode.Of(err) == exitcode.Busy || err == nil && !restarted {
		w.watch.Forget() // an installation works on it, or somebody was quicker
		return
	}
	now := time.Now()
	w.watch.Restarted(now)
	if err != nil {
		log.Error("the service hangs and could not be restarted", "problem", problem.Error(), "error", err.Error())
	} else {
		log.Error("the service hung and was restarted", "problem", problem.Error(), "failures", w.watch.Failures())
	}
	at := now.UTC()
	w.resident.edit(func(status *Status) {
		status.Watchdog[w.name] = WatchdogStatus{status.Watchdog[w.name].Restarts + 1, &at, problem.Error()}
	})
}

func (w *watcher) service(ctx context.Context) (*install.Supervised, error) {
	services, err := w.resident.Installer.Supervised(ctx)
	for _, s := range services {
		if s.Spec.Service.Name == w.name {
			return &s, err
		}
	}
	return nil, err
}
