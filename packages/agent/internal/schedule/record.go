package schedule

import (
	"errors"
	"os"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Record is what is kept of a task: it outlives releases and restarts of the machine, and `status --json` shows it.
type Record struct {
	// PID is the process that keeps the schedule.
	PID int `json:"pid"`
	// Since is when the schedule began, without a run yet.
	Since time.Time `json:"since"`
	// Running is the run that goes on; nil between runs.
	Running *Begun `json:"running,omitempty"`
	// Last is the run that ended last; nil before the first end.
	Last *Ended `json:"last,omitempty"`
	// NextRunAt is when the next run is due.
	NextRunAt time.Time `json:"nextRunAt"`
	// Skipped counts the runs that were due while another one went on.
	Skipped int `json:"skipped"`
}

// Begun is a run that goes on.
type Begun struct {
	Release   string    `json:"release"`
	StartedAt time.Time `json:"startedAt"`
}

// Result of a run.
type Result string

// The results. Only the first one is good.
const (
	Succeeded   Result = "succeeded"   // it ended by itself with exit code 0
	Failed      Result = "failed"      // it ended by itself with another one, or could not be started
	TimedOut    Result = "timed-out"   // it was ended at its time limit
	Stopped     Result = "stopped"     // it was ended because the service was
	Interrupted Result = "interrupted" // whoever ran it was killed, or the machine lost its power
)

// Ended is a run that has ended.
type Ended struct {
	Begun
	EndedAt  time.Time `json:"endedAt"`
	Result   Result    `json:"result"`
	ExitCode int       `json:"exitCode"`
	// Problem says why a run could not be started.
	Problem string `json:"problem,omitempty"`
}

// Read is the record in a file; one that isn't there, or can't be understood, is an empty one.
func Read(path string) (Record, error) {
	var r Record
	err := atomicfile.ReadJSON(path, &r)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, atomicfile.ErrDamaged) {
		return Record{}, nil
	}
	return r, err
}

// lastStart is where the schedule counts from. A clock that was wrong and has been put back keeps no task waiting.
func (r Record) lastStart(now time.Time) time.Time {
	start := r.Since
	if r.Last != nil {
		start = r.Last.StartedAt
	}
	if start.After(now) {
		return now
	}
	return start
}
