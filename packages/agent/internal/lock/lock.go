// Package lock lets one process at a time change a machine. The operating system frees the lock when its holder dies.
package lock

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

var errHeld = errors.New("held by another process")

// Acquire takes the lock, or fails at once with exit code 11 when another process holds it. The returned function
// frees it.
func Acquire(path string) (release func(), err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := tryLock(file); err != nil {
		defer file.Close()
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		holder, _ := os.ReadFile(path)
		return nil, exitcode.Errorf(exitcode.Busy, "another run of windows-ha-agent works on this machine (%s): wait until it has ended, then try again", strings.TrimSpace(string(holder)))
	}
	note := fmt.Sprintf("process %d since %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339))
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(note), 0) // only for the message above
	}
	return func() { file.Close() }, nil
}
