package winstate

import "time"

// leastHint is for services that give no hint, or one too short for anybody to act on.
const leastHint = 10 * time.Second

// Progress follows a service that is on its way between two states, by the rule that Windows documents for
// SERVICE_STATUS: it lives as long as its check point moves within the hint that it gave.
type Progress struct {
	checkPoint uint32
	since      time.Time
}

// Stalled takes what the service says now and tells whether it has stopped making progress.
func (p *Progress) Stalled(now time.Time, checkPoint uint32, hint time.Duration) bool {
	if p.since.IsZero() || checkPoint != p.checkPoint {
		p.checkPoint, p.since = checkPoint, now
		return false
	}
	return now.Sub(p.since) > max(hint, leastHint)
}
