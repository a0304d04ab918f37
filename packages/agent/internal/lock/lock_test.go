package lock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

func TestTheLockHasOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := Acquire(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(t.Context(), path); exitcode.Of(err) != exitcode.Busy || !strings.Contains(err.Error(), "process ") {
		t.Errorf("second holder: %v", err)
	}
	release()
	release, err = Acquire(t.Context(), path)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	release()
}

func TestARunWaitsForTheResidentPartButNotTheOtherWayRound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := AcquireResident(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(200*time.Millisecond, release)
	release, err = Acquire(t.Context(), path)
	if err != nil {
		t.Fatalf("the run didn't wait: %v", err)
	}
	defer release()
	if _, err := AcquireResident(t.Context(), path); exitcode.Of(err) != exitcode.Busy {
		t.Errorf("the resident part beside a run: %v", err)
	}
}

func TestAFreshHolderIsKnownByWhatItWritesNotByTheOneBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := AcquireResident(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The moment between the lock and the note: the file still names the run before.
	if err := os.WriteFile(path, []byte("process 1 since yesterday\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(settle/3, func() { _ = os.WriteFile(path, own, 0o644) })
	time.AfterFunc(2*settle, release)
	release, err = Acquire(t.Context(), path)
	if err != nil {
		t.Fatalf("the run took the resident part for another run: %v", err)
	}
	release()
}

func TestARunThatHasWaitedLongGivesTheNextHolderTimeToSayWhoItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := AcquireResident(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The resident part frees the lock after a while and takes it again before the waiting run does.
	write := func(after time.Duration, note []byte) {
		time.AfterFunc(after, func() { _ = os.WriteFile(path, note, 0o644) })
	}
	write(2*settle, nil)
	write(4*settle, own)
	time.AfterFunc(5*settle, release)
	release, err = Acquire(t.Context(), path)
	if err != nil {
		t.Fatalf("the run took the resident part for another run: %v", err)
	}
	release()
	if left, _ := os.ReadFile(path); len(left) > 0 {
		t.Errorf("the lock is free and still names %q", left)
	}
}
