package schedule

import (
	"context"
	"os"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Keeper runs a task by its schedule, one run at a time.
type Keeper struct {
	Schedule Schedule
	Release  string
	// RecordFile is where the record is kept, DrainFile what keeps new runs from beginning while it exists.
	RecordFile, DrainFile string
	// Run runs the task once and ends it when the context ends.
	Run func(ctx context.Context) (exitCode int, err error)
	// Report is told of every run that has ended.
	Report func(Ended)
}

// pace is how often the clock and the drain file are looked at: the machine's time may be set, and it may have slept.
const pace = time.Second

// Keep runs the task until the context ends. An error means that the record can't be kept.
func (k Keeper) Keep(ctx context.Context) error {
	r, err := k.begin()
	if err != nil {
		return err
	}
	for {
		pause := min(pace, max(0, time.Until(r.NextRunAt)))
		if pause == 0 && k.drained() {
			pause = pace
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		if ctx.Err() != nil || time.Now().Before(r.NextRunAt) || k.drained() {
			continue
		}
		if err := k.once(ctx, &r); err != nil {
			return err
		}
	}
}

// begin takes up where the last process ended. What was due meanwhile runs once, at once.
func (k Keeper) begin() (Record, error) {
	r, err := Read(k.RecordFile)
	if err != nil {
		return r, err
	}
	if r.Since.IsZero() {
		r.Since = now()
	}
	r.PID = os.Getpid()
	if r.Running != nil {
		k.end(&r, Ended{Begun: *r.Running, Result: Interrupted, ExitCode: -1})
	}
	r.NextRunAt = k.Schedule.After(r.lastStart(now())).UTC()
	return r, atomicfile.WriteJSON(k.RecordFile, r)
}

// once runs the task. The record says so before the drain file is looked at, and who drains looks at the record after
// the file is there: one of the two always sees the other.
func (k Keeper) once(ctx context.Context, r *Record) error {
	r.Running = &Begun{k.Release, now()}
	if err := atomicfile.WriteJSON(k.RecordFile, r); err != nil {
		return err
	}
	if k.drained() {
		r.Running = nil
		return atomicfile.WriteJSON(k.RecordFile, r)
	}
	ended := Ended{Begun: *r.Running, Result: Succeeded}
	limited, cancel := context.WithTimeout(ctx, k.Schedule.TimeLimit.Duration())
	code, err := k.Run(limited)
	ended.ExitCode = code
	switch {
	case err != nil:
		ended.Result, ended.Problem = Failed, err.Error()
	case ctx.Err() != nil:
		ended.Result = Stopped
	case limited.Err() != nil:
		ended.Result = TimedOut
	case code != 0:
		ended.Result = Failed
	}
	cancel()
	k.end(r, ended)
	due, missed := k.Schedule.Next(ended.StartedAt, now())
	r.NextRunAt, r.Skipped = due.UTC(), r.Skipped+missed
	return atomicfile.WriteJSON(k.RecordFile, r)
}

func (k Keeper) end(r *Record, ended Ended) {
	ended.EndedAt = now()
	r.Running, r.Last = nil, &ended
	k.Report(ended)
}

func (k Keeper) drained() bool {
	_, err := os.Stat(k.DrainFile)
	return err == nil
}

func now() time.Time { return time.Now().UTC() }
