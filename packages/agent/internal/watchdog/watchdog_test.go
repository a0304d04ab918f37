package watchdog

import (
	"testing"
	"time"
)

var settings = Settings{Failures: 5, Start: 30 * time.Second}

// hungAfter feeds one failure a second and returns the seconds until the watch calls the service hung.
func hungAfter(w *Watch, from time.Time, pid, limit int) int {
	for second := 1; second <= limit; second++ {
		if w.Observe(from.Add(time.Duration(second)*time.Second), settings, pid, false) {
			return second
		}
	}
	return -1
}

func healthyWatch(now time.Time, pid int) *Watch {
	w := &Watch{}
	w.Observe(now, settings, pid, true)
	return w
}

func TestAServiceHangsAfterTheDeclaredFailuresInARow(t *testing.T) {
	now := time.Now()
	w := healthyWatch(now, 7)
	for second := range 4 {
		if w.Observe(now.Add(time.Duration(second)*time.Second), settings, 7, false) {
			t.Fatalf("hung after %d failures", second+1)
		}
	}
	w.Observe(now.Add(4*time.Second), settings, 7, true)
	if seconds := hungAfter(w, now.Add(4*time.Second), 7, 20); seconds != 5 {
		t.Errorf("an answer in between: hung after %d failures, want 5", seconds)
	}
}

func TestAFreshProcessGetsItsTimeToStart(t *testing.T) {
	w := &Watch{}
	if seconds := hungAfter(w, time.Now(), 7, 60); seconds != 31 {
		t.Errorf("hung after %d s, want 31: 30 s from the first look", seconds)
	}
}

func TestAStoppedServiceIsNobodysBusiness(t *testing.T) {
	now := time.Now()
	w := healthyWatch(now, 7)
	if seconds := hungAfter(w, now, 0, 600); seconds != -1 {
		t.Errorf("hung after %d s without a process", seconds)
	}
}

func TestRestartsComeAtGrowingDistances(t *testing.T) {
	now := time.Now()
	w := healthyWatch(now, 1)
	var pauses []int
	for pid := 1; pid <= 8; pid++ {
		w.Observe(now, settings, pid, true)
		seconds := hungAfter(w, now, pid, 1000)
		if seconds < 0 {
			t.Fatal("never hung again")
		}
		now = now.Add(time.Duration(seconds) * time.Second)
		w.Restarted(now)
		pauses = append(pauses, seconds)
	}
	want := []int{5, 10, 20, 40, 80, 160, 300, 300}
	for n := range want {
		if pauses[n] != want[n] {
			t.Fatalf("restarts after %v s, want %v", pauses, want)
		}
	}
	w.Observe(now.Add(quiet+time.Second), settings, 9, true)
	if seconds := hungAfter(w, now.Add(quiet+time.Second), 9, 100); seconds != 5 {
		t.Errorf("after ten quiet minutes: %d s, want 5", seconds)
	}
}

func TestAnInstallationInBetweenStartsTheCountAnew(t *testing.T) {
	now := time.Now()
	w := healthyWatch(now, 7)
	hungAfter(w, now, 7, 4)
	w.Forget()
	if seconds := hungAfter(w, now, 7, 100); seconds != 5 {
		t.Errorf("hung after %d, want 5", seconds)
	}
}
