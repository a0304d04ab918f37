//go:build !wine

package winscm

const tolerateUnsupported = false
