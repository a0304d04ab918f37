// Package resident is the part of the agent that stays on the machine. It finishes at boot what was interrupted, gets
// the services ready for Azure's scheduled events, restarts those that hang, answers for those without health endpoints,
// and keeps the logs small.
package resident

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/lock"
	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
	"github.com/windows-ha/windows-ha/packages/agent/internal/scheduledevents"
)

const (
	eventsInterval = time.Second // what Azure's documentation recommends
	lookInterval   = 2 * time.Second
	logsInterval   = time.Hour
)

// Resident is the resident part of one machine.
type Resident struct {
	Installer *install.Installer
	Version   string
	Log       *slog.Logger

	mu     sync.Mutex
	status Status
}

// Run works until the context ends. What it was doing then is taken up by the next one.
func (r *Resident) Run(ctx context.Context) {
	r.remember()
	r.edit(func(*Status) {}) // whoever started it waits for this
	var group sync.WaitGroup
	for _, loop := range []func(context.Context){
		r.recover,
		r.watchEvents,
		r.watchServices,
		r.answerForServices,
		r.refreshSecrets,
		r.keepConsul,
		r.keepDatacenter,
		r.keepSnapshots,
		func(ctx context.Context) { every(ctx, logsInterval, r.keepLogsSmall) },
		func(ctx context.Context) { every(ctx, heartbeat, func(context.Context) { r.edit(func(*Status) {}) }) },
	} {
		group.Go(func() { loop(ctx) })
	}
	group.Wait()
}

// recover ends what a power cut interrupted. While another run works, which does the same, it waits for its end.
func (r *Resident) recover(ctx context.Context) {
	recovering, done := context.WithCancel(ctx)
	defer done()
	every(recovering, eventsInterval, func(ctx context.Context) {
		message, err := r.Installer.Recover(ctx)
		if exitcode.Of(err) == exitcode.Busy {
			return
		}
		if err == nil {
			r.Log.Info("started", "version", r.Version, "recover", message)
			err = r.Installer.FinishRestarts(ctx)
		}
		if err != nil && ctx.Err() == nil {
			r.Log.Error("recovery failed", "error", err.Error())
			r.edit(func(s *Status) { s.Problem = err.Error() })
		}
		done()
	})
}

func (r *Resident) watchEvents(ctx context.Context) {
	m := r.Installer.Machine
	watcher := &scheduledevents.Watcher{
		Client: scheduledevents.NewClient(m.MetadataAddress), Services: &vacated{r}, Machine: m.Name,
		File: m.EventsFile(), Log: r.Log, Now: time.Now,
	}
	var problem string
	every(ctx, eventsInterval, func(ctx context.Context) {
		if !r.wantsEvents(ctx) {
			return // Azure counts a machine that asks as one that approves
		}
		err := watcher.Step(ctx)
		if ctx.Err() != nil {
			return
		}
		seen := ""
		if err != nil {
			seen = err.Error()
		}
		if seen != "" && seen != problem {
			r.Log.Error("a scheduled event could not be handled, trying again", "error", seen)
		}
		problem = seen
		if status := watcher.Status(); !status.Equal(r.eventsStatus()) {
			r.edit(func(s *Status) { s.ScheduledEvents = &status })
		}
	})
}

// wantsEvents tells whether a service wants to know of them, or one is still prepared for one.
func (r *Resident) wantsEvents(ctx context.Context) bool {
	services, err := r.Installer.Supervised(ctx)
	if err != nil {
		return false
	}
	if slices.ContainsFunc(services, func(s install.Supervised) bool { return s.Spec.Resident.ScheduledEvents.Enabled }) {
		return true
	}
	_, err = os.Stat((&vacated{r}).file())
	return err == nil
}

func (r *Resident) eventsStatus() scheduledevents.Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status.ScheduledEvents == nil {
		return scheduledevents.Status{Machine: "?"}
	}
	return *r.status.ScheduledEvents
}

// keepLogsSmall prunes by the widest wish of the services, and puts the commands' own log aside while no command runs.
func (r *Resident) keepLogsSmall(ctx context.Context) {
	limits := logrotate.Default
	if services, err := r.Installer.Supervised(ctx); err == nil && len(services) > 0 {
		limits = services[0].Spec.Resident.Logs
		for _, s := range services[1:] {
			limits.KeepDays = max(limits.KeepDays, s.Spec.Resident.Logs.KeepDays)
			limits.MaxMegabytes = max(limits.MaxMegabytes, s.Spec.Resident.Logs.MaxMegabytes)
			limits.TotalMegabytes = max(limits.TotalMegabytes, s.Spec.Resident.Logs.TotalMegabytes)
		}
	}
	m := r.Installer.Machine
	if unlock, err := lock.AcquireResident(ctx, m.LockFile()); err == nil {
		if err := logrotate.Rotate(m.LogFile(), limits, time.Now()); err != nil {
			r.Log.Warn("a log could not be put aside", "file", m.LogFile(), "error", err.Error())
		}
		unlock()
	}
	if err := logrotate.Prune(m.LogsFolder(), limits, time.Now()); err != nil {
		r.Log.Warn("old logs could not be removed", "error", err.Error())
	}
}

// every calls f at once and then at each interval until the context ends.
func every(ctx context.Context, interval time.Duration, f func(context.Context)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		f(ctx)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}
