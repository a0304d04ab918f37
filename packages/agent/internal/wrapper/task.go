package wrapper

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
)

// Task has the program run by a schedule instead of all the time.
type Task struct {
	Schedule schedule.Schedule
	// Release is the name of what runs.
	Release string
	// RecordFile is where its runs are kept, DrainFile what holds new ones back.
	RecordFile, DrainFile string
	// EventSource is the name in the event log under which a run that wasn't good is reported; empty for none.
	EventSource string
}

// live is what the service does until its end is asked for.
func (p Program) live(ctx context.Context) (End, error) {
	if p.Task == nil {
		return p.Run(ctx)
	}
	keeper := schedule.Keeper{
		Schedule: p.Task.Schedule, Release: p.Task.Release,
		RecordFile: p.Task.RecordFile, DrainFile: p.Task.DrainFile,
		Run: func(ctx context.Context) (int, error) {
			end, err := p.Run(ctx)
			return end.Code, err
		},
		Report: p.report,
	}
	return End{Wanted: true}, keeper.Keep(ctx)
}

// report tells of a run that wasn't good where people look.
func (p Program) report(run schedule.Ended) {
	if run.Result == schedule.Succeeded {
		return
	}
	text := fmt.Sprintf("the run of %s that began at %s %s: exit code %d (0x%X), after %v",
		run.Release, run.StartedAt.Format(time.RFC3339), words[run.Result], run.ExitCode, uint32(run.ExitCode), run.EndedAt.Sub(run.StartedAt).Round(time.Millisecond))
	if run.Problem != "" {
		text += ": " + run.Problem
	}
	p.note("windows-ha-agent: " + text + "\n")
	if p.Task.EventSource != "" {
		reportEvent(p.Task.EventSource, run.Result, text)
	}
}

var words = map[schedule.Result]string{
	schedule.Failed:      "failed",
	schedule.TimedOut:    "was ended at its time limit",
	schedule.Stopped:     "was ended because the service was stopped",
	schedule.Interrupted: "was cut off with the agent that ran it",
}

// note writes into the program's standard error, between its runs.
func (p Program) note(text string) {
	if p.Logs == nil {
		_, _ = io.WriteString(p.Notes, text)
		return
	}
	log := p.Logs.errors()
	defer log.Close()
	_, _ = log.Write([]byte(text))
}
