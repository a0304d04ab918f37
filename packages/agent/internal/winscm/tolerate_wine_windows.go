//go:build wine

package winscm

const tolerateUnsupported = true
