package lock

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

func TestTheLockHasOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	release, err := Acquire(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(path); exitcode.Of(err) != exitcode.Busy || !strings.Contains(err.Error(), "process ") {
		t.Errorf("second holder: %v", err)
	}
	release()
	release, err = Acquire(path)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	release()
}
