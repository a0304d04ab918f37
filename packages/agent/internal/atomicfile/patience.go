package atomicfile

import (
	"errors"
	"fmt"
	"time"
)

// ErrHeld is in the error of a file that another program keeps open, as Windows says with its codes 5, 32 and 33.
var ErrHeld = errors.New("another program keeps it open")

// How long a file may be held: a scan of a program of 100 MB takes seconds.
const (
	firstPause = 10 * time.Millisecond
	longest    = 500 * time.Millisecond
)

var patienceFor = 10 * time.Second

// patiently does something to a file and tries again while another program holds it.
func patiently(path string, do func() error) error {
	pause := firstPause
	for deadline := time.Now().Add(patienceFor); ; {
		err := do()
		if err == nil || !held(err) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %w for %v (%w): end the program that has it open, or exclude this folder from the antivirus's scan, then run the command again", path, ErrHeld, patienceFor, err)
		}
		time.Sleep(pause)
		pause = min(2*pause, longest)
	}
}
