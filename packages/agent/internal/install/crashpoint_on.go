//go:build crashpoints

package install

import "os"

// crashpoint kills this process, without any clean-up, at the place that WINDOWS_HA_CRASH_AT names.
func crashpoint(place string) {
	if place != os.Getenv("WINDOWS_HA_CRASH_AT") {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	panic(err)
}
