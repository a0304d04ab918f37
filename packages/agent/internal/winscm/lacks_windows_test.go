//go:build !wine

package winscm

import "github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"

var lacks map[servicetest.Need]string
