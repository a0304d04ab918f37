//go:build wine

package winscm

import "time"

const (
	tolerateUnsupported = true
	// settleTime is short: Wine never notices that a process was killed.
	settleTime = 2 * time.Second
)
