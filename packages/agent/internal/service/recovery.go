package service

import (
	"slices"
	"time"
)

// Recovery is what the manager does when a service fails: SERVICE_FAILURE_ACTIONS and its flag, one to one.
type Recovery struct {
	// Actions by failure: the Nth failure gets the Nth, every later one the last.
	Actions []RecoveryAction `json:"actions"`
	// ResetPeriod is the time without a failure after which the count begins anew.
	ResetPeriod Seconds `json:"resetPeriodSeconds"`
	// NonCrashFailures makes an exit code other than 0 a failure, too.
	NonCrashFailures bool `json:"nonCrashFailures"`
}

// RecoveryAction is one action and the time before it.
type RecoveryAction struct {
	Action ActionKind `json:"action"`
	Delay  Seconds    `json:"delaySeconds"`
}

// ActionKind is SC_ACTION_TYPE in words.
type ActionKind string

const (
	ActionRestart ActionKind = "restart"
	ActionNone    ActionKind = "none"
	// ActionReboot and ActionCommand are what services have that somebody else registered; no document asks for them.
	ActionReboot  ActionKind = "reboot"
	ActionCommand ActionKind = "command"
)

// DefaultRecovery restarts five times after 5 s each, then gives up (S2-26, S2-27). The count resets after ten quiet
// minutes: with the usual day, six separate crashes would stop a service for good.
var DefaultRecovery = Recovery{
	Actions:     append(slices.Repeat([]RecoveryAction{{ActionRestart, 5}}, 5), RecoveryAction{Action: ActionNone}),
	ResetPeriod: 600, NonCrashFailures: true,
}

// Equal tells whether two services are recovered the same way.
func (r Recovery) Equal(other Recovery) bool {
	return slices.Equal(r.Actions, other.Actions) && r.ResetPeriod == other.ResetPeriod && r.NonCrashFailures == other.NonCrashFailures
}

// End is how a service's process ended.
type End struct {
	// Reported is false for a process that ended without a word: a crash, or somebody killed it.
	Reported bool
	ExitCode int
}

// FailureCount is what the manager remembers of a service between its failures. A start by hand doesn't reset it.
type FailureCount struct {
	failures int
	last     time.Time
}

// Next is the action for an end; false for one that is no failure.
func (c *FailureCount) Next(r Recovery, end End, at time.Time) (RecoveryAction, bool) {
	if end.Reported && (end.ExitCode == 0 || !r.NonCrashFailures) || len(r.Actions) == 0 {
		return RecoveryAction{}, false
	}
	if at.Sub(c.last) >= r.ResetPeriod.Duration() {
		c.failures = 0
	}
	c.failures++
	c.last = at
	return r.Actions[min(c.failures, len(r.Actions))-1], true
}
