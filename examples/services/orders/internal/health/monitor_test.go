package health

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// switchable is a dependency that a test turns on and off.
type switchable struct {
	up     atomic.Bool
	probed []time.Duration // since the start of the test; read it when the monitor is idle
	start  time.Time
}

func (s *switchable) dependency(name string) Dependency {
	s.start = time.Now()
	return Dependency{Name: name, Probe: func(context.Context) error {
		s.probed = append(s.probed, time.Since(s.start))
		if !s.up.Load() {
			return errors.New("refused")
		}
		return nil
	}}
}

// run starts the monitor in a bubble of virtual time and ends it with the test.
func run(t *testing.T, dependencies ...Dependency) *Monitor {
	monitor := NewMonitor(dependencies, quiet)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); monitor.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	synctest.Wait()
	return monitor
}

func TestFirstConnectionIsTriedWithGrowingWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var db switchable
		run(t, db.dependency("db"))
		time.Sleep(120 * time.Second)
		synctest.Wait()

		want := []float64{1, 2, 4, 8, 16, 16, 16}
		if len(db.probed) <= len(want) {
			t.Fatalf("%d attempts in 120 s: %v", len(db.probed), db.probed)
		}
		if db.probed[0] != 0 {
			t.Errorf("the first attempt came after %v, want at once", db.probed[0])
		}
		for index, seconds := range want {
			wait := (db.probed[index+1] - db.probed[index]).Seconds()
			if wait < seconds*(1-jitter) || wait > seconds*(1+jitter) {
				t.Errorf("wait %d was %.2f s, want %.0f s ± 20 %%", index+1, wait, seconds)
			}
		}
	})
}

func TestWaitsDifferBetweenMachines(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 20 {
		seen[connectWait(3)] = true
	}
	if len(seen) < 2 {
		t.Error("twenty waits are all equal: there is no jitter")
	}
}

func TestAConnectedDependencyIsCheckedEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var db switchable
		db.up.Store(true)
		run(t, db.dependency("db"))
		time.Sleep(35 * time.Second)
		synctest.Wait()
		want := []time.Duration{0, 10 * time.Second, 20 * time.Second, 30 * time.Second}
		if len(db.probed) != len(want) {
			t.Fatalf("checked at %v, want %v", db.probed, want)
		}
		for index := range want {
			if db.probed[index] != want[index] {
				t.Errorf("check %d at %v, want %v", index, db.probed[index], want[index])
			}
		}
	})
}

func TestConnectedIsLatchedWhileUpFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var db switchable
		monitor := run(t, db.dependency("db"))
		if s := monitor.Statuses()[0]; s.Connected || s.Up {
			t.Fatalf("before the first connection: %+v", s)
		}

		db.up.Store(true)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		connected := monitor.Statuses()[0]
		if !connected.Connected || !connected.Up {
			t.Fatalf("after it: %+v", connected)
		}

		db.up.Store(false)
		time.Sleep(checkInterval)
		synctest.Wait()
		lost := monitor.Statuses()[0]
		if !lost.Connected || lost.Up || !lost.Since.After(connected.Since) {
			t.Fatalf("after a loss: %+v", lost)
		}

		db.up.Store(true)
		time.Sleep(checkInterval)
		synctest.Wait()
		if s := monitor.Statuses()[0]; !s.Up {
			t.Fatalf("after its return: %+v", s)
		}
	})
}

func TestAHangingDependencyDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache switchable
		cache.up.Store(true)
		hanging := Dependency{Name: "db", Probe: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
		monitor := run(t, hanging, cache.dependency("cache"))
		if got := monitor.Statuses(); got[0].Up || !got[1].Up {
			t.Fatalf("%+v", got)
		}
	})
}

func TestTheMonitorEndsInTheMiddleOfACheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		monitor := NewMonitor([]Dependency{{Name: "db", Probe: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}}, quiet)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); monitor.Run(ctx) }()
		synctest.Wait()
		stopped := time.Now()
		stop()
		<-done
		if waited := time.Since(stopped); waited != 0 {
			t.Errorf("took %v to end", waited)
		}
	})
}
