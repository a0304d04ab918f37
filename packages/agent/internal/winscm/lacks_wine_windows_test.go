//go:build wine

package winscm

import "github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"

var lacks = map[servicetest.Need]string{
	servicetest.Dependencies: "Wine's QueryServiceConfig has none",
	servicetest.Environment:  "Wine's services don't see the environment of their registration",
	servicetest.NoticedEnd:   "a killed process stays RUNNING under Wine",
}
