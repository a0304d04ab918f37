//go:build !crashpoints

// Package crashpoint marks places where tests cut the power.
package crashpoint

import "time"

// At is nothing in a normal build.
func At(string) {}

// Shortened is the usual time in a normal build.
func Shortened(_ string, usual time.Duration) time.Duration { return usual }
