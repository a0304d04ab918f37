// Package lock lets one process at a time change a machine. The operating system frees the lock when its holder dies.
package lock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

var errHeld = errors.New("held by another process")

// Acquire takes the lock for a run, or fails with exit code 11 when another run holds it: at once. For the resident
// part, which waits for nobody, it waits. The returned function frees the lock.
func Acquire(ctx context.Context, path string) (release func(), err error) {
	return acquire(ctx, path, run, patience)
}

// AcquireResident takes the lock for the resident part, or fails at once with exit code 11.
func AcquireResident(ctx context.Context, path string) (release func(), err error) {
	return acquire(ctx, path, resident, 0)
}

// Who holds the lock.
const (
	run      = "process"
	resident = "resident part, process"
)

const (
	// settle is how long a fresh holder may take to write down who it is where the file names one that was killed.
	settle = 300 * time.Millisecond
	// nameless is the same where the file names nobody, as after every holder that has freed the lock: a busy computer may
	// let it wait in between.
	nameless = 5 * time.Second
	// patience is longer than the resident part takes to end an interrupted installation, or to drain and stop.
	patience = 10 * time.Minute
	pause    = 50 * time.Millisecond
)

func acquire(ctx context.Context, path, who string, patience time.Duration) (release func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	began := time.Now()
	known := began // when it was last known that whoever holds the lock is worth a wait
	for deadline := began.Add(patience); ; {
		err := tryLock(file)
		if err == nil {
			break
		}
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		holder, _ := os.ReadFile(path)
		now := time.Now()
		if strings.HasPrefix(string(holder), resident) {
			known = now
		}
		unknown := settle
		if len(holder) == 0 {
			unknown = nameless
		}
		if now.Sub(known) > unknown || now.After(deadline) {
			return nil, exitcode.Errorf(exitcode.Busy, "another run of windows-ha-agent works on this machine (%s): wait until it has ended, then try again", strings.TrimSpace(string(holder)))
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("interrupted while waiting for the %s: %w", strings.TrimSpace(string(holder)), context.Cause(ctx))
		case <-time.After(pause):
		}
	}
	note := fmt.Sprintf("%s %d since %s\n", who, os.Getpid(), time.Now().UTC().Format(time.RFC3339))
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(note), 0) // for the decision and the message above
	}
	return func() {
		_ = file.Truncate(0)
		file.Close()
	}, nil
}
