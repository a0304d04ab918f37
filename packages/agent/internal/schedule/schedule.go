// Package schedule says when a task runs, and keeps what came of its runs.
package schedule

import (
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Schedule is when a task runs: every interval, or once a day. A run that is due while another one goes on is left out.
type Schedule struct {
	// Interval is the time between two starts; 0 for a daily task.
	Interval service.Seconds `json:"intervalSeconds,omitempty"`
	// DailyAt is "HH:MM"; empty with an interval.
	DailyAt string `json:"dailyAt,omitempty"`
	// TimeZone is "machine" for the machine's own or, like nothing, "UTC".
	TimeZone string `json:"timeZone,omitempty"`
	// TimeLimit is the longest time of a run; then it is ended.
	TimeLimit service.Seconds `json:"timeLimitSeconds"`
}

const clock = "15:04"

// After is the first time after another at which a run is due, counted from that: the start of the last run, or the
// beginning of the schedule.
func (s Schedule) After(last time.Time) time.Time {
	if s.DailyAt == "" {
		return last.Add(s.Interval.Duration())
	}
	at, _ := time.Parse(clock, s.DailyAt) // the document's shape has been checked
	day := last.In(s.location())
	for {
		// A time that a clock change leaves out is the hour after it; one that comes twice counts once.
		due := time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, s.location())
		if due.After(last) {
			return due
		}
		day = day.AddDate(0, 0, 1)
	}
}

// Next is when the run after one is due that began at start and went on until now, and how many were left out meanwhile.
func (s Schedule) Next(start, now time.Time) (due time.Time, missed int) {
	due = s.After(start)
	if s.DailyAt == "" && !due.After(now) {
		missed = int(now.Sub(start) / s.Interval.Duration())
		return start.Add(time.Duration(missed+1) * s.Interval.Duration()), missed
	}
	for !due.After(now) {
		due = s.After(due)
		missed++
	}
	return due, missed
}

func (s Schedule) location() *time.Location {
	if s.TimeZone == "machine" {
		return time.Local
	}
	return time.UTC
}
