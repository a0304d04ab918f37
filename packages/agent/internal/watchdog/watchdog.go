// Package watchdog decides when a service hangs: its process lives, so that the service manager is content, and
// answers no more.
package watchdog

import "time"

// Settings of a watch.
type Settings struct {
	// Failures in a row that make a service a hung one.
	Failures int
	// Start is the time that a fresh process gets for its first healthy answer.
	Start time.Duration
}

const (
	firstPause   = 10 * time.Second
	longestPause = 5 * time.Minute
	// quiet is the time without a restart after which the pauses begin anew: as long as the service manager's own
	// reset period.
	quiet = 10 * time.Minute
)

// Watch is the memory of one service's answers. Its zero value is a fresh one.
type Watch struct {
	pid      int
	since    time.Time // when the process was first seen
	answered bool      // it was healthy once
	failures int

	restarts    int // within the quiet time
	lastRestart time.Time
}

// Observe takes one answer of a process; pid 0 means that there is none, which is the service manager's business or
// somebody's wish. It tells whether the service hangs and may be restarted now.
func (w *Watch) Observe(now time.Time, s Settings, pid int, healthy bool) (hung bool) {
	if pid != w.pid {
		w.pid, w.since, w.answered, w.failures = pid, now, false, 0
	}
	if w.restarts > 0 && now.Sub(w.lastRestart) > quiet {
		w.restarts = 0
	}
	switch {
	case pid == 0:
		return false
	case healthy:
		w.answered, w.failures = true, 0
		return false
	}
	w.failures++
	if !w.answered && now.Sub(w.since) < s.Start {
		return false
	}
	return w.failures >= s.Failures && !now.Before(w.next())
}

// Restarted notes a restart: the next one has to wait, each time twice as long.
func (w *Watch) Restarted(now time.Time) {
	w.restarts++
	w.lastRestart = now
}

// Forget drops the failures so far: somebody else works on the service.
func (w *Watch) Forget() { w.failures = 0 }

// Failures in a row so far.
func (w *Watch) Failures() int { return w.failures }

// next is when another restart is allowed.
func (w *Watch) next() time.Time {
	if w.restarts == 0 {
		return time.Time{}
	}
	pause := firstPause
	for range w.restarts - 1 {
		pause = min(2*pause, longestPause)
	}
	return w.lastRestart.Add(pause)
}
