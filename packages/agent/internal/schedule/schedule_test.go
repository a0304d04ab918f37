package schedule

import (
	"testing"
	"time"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestAnIntervalCountsFromTheLastStart(t *testing.T) {
	s := Schedule{Interval: 900}
	start := at(t, "2026-03-29T00:00:00Z")
	if due := s.After(start); !due.Equal(at(t, "2026-03-29T00:15:00Z")) {
		t.Errorf("due %v", due)
	}
	for _, c := range []struct {
		ended, due string
		missed     int
	}{
		{"2026-03-29T00:01:00Z", "2026-03-29T00:15:00Z", 0},
		{"2026-03-29T00:15:00Z", "2026-03-29T00:30:00Z", 1},
		{"2026-03-29T00:50:00Z", "2026-03-29T01:00:00Z", 3},
	} {
		due, missed := s.Next(start, at(t, c.ended))
		if !due.Equal(at(t, c.due)) || missed != c.missed {
			t.Errorf("a run that ended at %s: next %v, %d left out, want %s and %d", c.ended, due, missed, c.due, c.missed)
		}
	}
}

func TestADailyTaskRunsOnceADayByItsTimeZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this computer has no time zones")
	}
	machine := time.Local
	time.Local = berlin
	t.Cleanup(func() { time.Local = machine })
	for _, c := range []struct{ zone, at, last, due string }{
		{"", "03:30", "2026-03-28T03:29:59Z", "2026-03-28T03:30:00Z"},
		{"UTC", "03:30", "2026-03-28T03:30:00Z", "2026-03-29T03:30:00Z"},
		{"UTC", "00:00", "2026-12-31T00:00:05Z", "2027-01-01T00:00:00Z"},
		{"machine", "03:30", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		// The clock goes from 2 to 3: half past two is half past three.
		{"machine", "02:30", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		{"machine", "02:30", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		// It goes from 3 to 2: half past two comes twice and counts once, the second time.
		{"machine", "02:30", "2026-10-24T12:00:00Z", "2026-10-25T01:30:00Z"},
		{"machine", "02:30", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"},
	} {
		s := Schedule{DailyAt: c.at, TimeZone: c.zone}
		if due := s.After(at(t, c.last)); !due.Equal(at(t, c.due)) {
			t.Errorf("%s %s after %s: %v, want %s", c.at, c.zone, c.last, due.UTC(), c.due)
		}
	}
	if due, missed := (Schedule{DailyAt: "03:30"}).Next(at(t, "2026-03-01T03:30:00Z"), at(t, "2026-03-03T12:00:00Z")); missed != 2 || !due.Equal(at(t, "2026-03-04T03:30:00Z")) {
		t.Errorf("next %v, %d left out", due, missed)
	}
}
