//go:build !wine

package winscm

import "time"

const (
	tolerateUnsupported = false
	// settleTime is how long the SCM may take to notice that a process or a service has gone.
	settleTime = 10 * time.Second
)
