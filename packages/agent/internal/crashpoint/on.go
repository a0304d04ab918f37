//go:build crashpoints

// Package crashpoint marks places where tests cut the power.
package crashpoint

import (
	"os"
	"time"
)

// At kills this process, without any clean-up, at the place that WINDOWS_HA_CRASH_AT names.
func At(place string) {
	if place != os.Getenv("WINDOWS_HA_CRASH_AT") {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	panic(err)
}

// Shortened is the time that a variable of the environment says, for tests that can't wait for the usual one.
func Shortened(variable string, usual time.Duration) time.Duration {
	if shorter, err := time.ParseDuration(os.Getenv(variable)); err == nil {
		return shorter
	}
	return usual
}
