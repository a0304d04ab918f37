//go:build !windows

package wrapper

import "github.com/windows-ha/windows-ha/packages/agent/internal/schedule"

// reportEvent has no event log to write to.
func reportEvent(string, schedule.Result, string) {}
