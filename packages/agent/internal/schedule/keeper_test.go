package schedule

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// kept is a keeper in a folder of its own, with the runs that it has reported.
func kept(t *testing.T, s Schedule, run func(context.Context) (int, error)) (*Keeper, *[]Ended) {
	folder, ended := t.TempDir(), new([]Ended)
	return &Keeper{
		Schedule: s, Release: "1.0.0-0", Run: run,
		RecordFile: filepath.Join(folder, "task.json"), DrainFile: filepath.Join(folder, "drain"),
		Report: func(e Ended) { *ended = append(*ended, e) },
	}, ended
}

// keep runs the keeper for a time.
func keep(t *testing.T, k *Keeper, limit time.Duration) Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	if err := k.Keep(ctx); err != nil {
		t.Fatal(err)
	}
	return recorded(t, k)
}

func recorded(t *testing.T, k *Keeper) Record {
	t.Helper()
	r, err := Read(k.RecordFile)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunsComeAnIntervalApartAndNeverTwoAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, ended := kept(t, Schedule{Interval: 60, TimeLimit: 600}, func(context.Context) (int, error) {
			time.Sleep(150 * time.Second)
			return 0, nil
		})
		began := time.Now()
		r := keep(t, k, 10*time.Minute)
		for n, want := range []time.Duration{time.Minute, 4 * time.Minute} {
			if got := (*ended)[n].StartedAt.Sub(began); got != want || (*ended)[n].Result != Succeeded {
				t.Errorf("run %d began after %v (%s), want %v", n, got, (*ended)[n].Result, want)
			}
		}
		if r.Skipped < 4 || r.Running != nil {
			t.Errorf("record %+v", r)
		}
	})
}

func TestEveryEndHasItsResult(t *testing.T) {
	for _, c := range []struct {
		want Result
		code int
		run  func(context.Context) (int, error)
	}{
		{Failed, 3, func(context.Context) (int, error) { return 3, nil }},
		{Failed, 0, func(context.Context) (int, error) { return 0, errors.New("no such file") }},
		{TimedOut, 1, func(ctx context.Context) (int, error) { <-ctx.Done(); return 1, nil }},
	} {
		synctest.Test(t, func(t *testing.T) {
			k, ended := kept(t, Schedule{Interval: 60, TimeLimit: 20}, c.run)
			keep(t, k, 90*time.Second)
			if len(*ended) != 1 || (*ended)[0].Result != c.want || (*ended)[0].ExitCode != c.code {
				t.Errorf("want one %s, got %+v", c.want, *ended)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		k, ended := kept(t, Schedule{Interval: 60, TimeLimit: 600}, func(ctx context.Context) (int, error) { <-ctx.Done(); return 1, nil })
		keep(t, k, 90*time.Second)
		if len(*ended) != 1 || (*ended)[0].Result != Stopped {
			t.Errorf("want one that was stopped, got %+v", *ended)
		}
	})
}

func TestWhatWasMissedIsMadeUpForOnceAndWhatWasCutOffIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		k, ended := kept(t, Schedule{DailyAt: "03:30", TimeLimit: 600}, func(context.Context) (int, error) { runs++; return 0, nil })
		started := time.Now().UTC()
		cut := Record{PID: 1, Since: started, Running: &Begun{"0.9.0-0", started}}
		if err := atomicfile.WriteJSON(k.RecordFile, cut); err != nil {
			t.Fatal(err)
		}
		time.Sleep(72 * time.Hour) // the machine is off
		r := keep(t, k, time.Minute)
		if (*ended)[0].Result != Interrupted || (*ended)[0].Release != "0.9.0-0" || runs != 1 {
			t.Errorf("%d runs, ended %+v", runs, *ended)
		}
		if next := r.NextRunAt.Sub(time.Now()); next < time.Hour || next > 24*time.Hour || r.PID != os.Getpid() {
			t.Errorf("the next run is due in %v, record %+v", next, r)
		}
	})
}

func TestNothingBeginsWhileTheTaskIsDrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		k, _ := kept(t, Schedule{Interval: 10, TimeLimit: 600}, func(context.Context) (int, error) { runs++; return 0, nil })
		if err := os.WriteFile(k.DrainFile, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		keep(t, k, time.Minute)
		if runs != 0 {
			t.Errorf("%d runs", runs)
		}
		if err := os.Remove(k.DrainFile); err != nil {
			t.Fatal(err)
		}
		keep(t, k, 5*time.Second)
		if runs != 1 {
			t.Errorf("%d runs after the drain", runs)
		}
	})
}

func TestAClockThatWasWrongKeepsNoTaskWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		k, _ := kept(t, Schedule{Interval: 10, TimeLimit: 600}, func(context.Context) (int, error) { runs++; return 0, nil })
		future := time.Now().Add(1000 * time.Hour).UTC()
		if err := atomicfile.WriteJSON(k.RecordFile, Record{Since: future, Last: &Ended{Begun: Begun{StartedAt: future}}}); err != nil {
			t.Fatal(err)
		}
		keep(t, k, 15*time.Second)
		if runs != 1 {
			t.Errorf("%d runs", runs)
		}
	})
}
