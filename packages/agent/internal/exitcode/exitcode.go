// Package exitcode is the one table of the agent's exit codes. Custom Script Extension, VM Application and the sandbox
// see nothing else of a finished run but the code and the end of its text.
package exitcode

import (
	"errors"
	"fmt"
)

// Code is the exit code of a run.
type Code int

// The exit codes. Numbers are a contract: scripts and the sandbox read them.
const (
	OK               Code = 0
	Other            Code = 1
	Usage            Code = 2
	Download         Code = 10
	Busy             Code = 11
	NotPrepared      Code = 12
	ShuttingDown     Code = 13
	RolledBack       Code = 20
	RollbackFailed   Code = 21
	FirstInstallGone Code = 22
	AgentHash        Code = 30
	QuorumAtRisk     Code = 40
)

// Row explains one code.
type Row struct {
	Code    Code
	Result  string // as `status` and the log name it
	Meaning string
}

// Table explains every code, in the order of the numbers.
var Table = []Row{
	{OK, "ok", "done, or there was nothing to do"},
	{Other, "failed", "another error; the service is as it was before"},
	{Usage, "invalid", "wrong command line or invalid AgentSpec; nothing was touched"},
	{Download, "download-failed", "the program could not be downloaded or has another SHA-256; the service is as it was before"},
	{Busy, "busy", "another run of the agent works on this machine, or a run of the scheduled task goes on; the service is as it was before"},
	{NotPrepared, "not-prepared", "the release could not be prepared (platform, file, port, disk); the service is as it was before"},
	{ShuttingDown, "shutting-down", "Windows is shutting down; the next start, or the next run, finishes or undoes what was begun"},
	{RolledBack, "rolled-back", "the new release failed; the former release serves again"},
	{RollbackFailed, "rollback-failed", "the new release failed and the former one could not be restored: a person is needed"},
	{FirstInstallGone, "first-install-removed", "the first release failed and was removed; the machine has no service"},
	{AgentHash, "agent-hash", "the agent that came to the machine isn't the declared one; nothing was touched"},
	{QuorumAtRisk, "quorum-at-risk", "`consul gate`: a server of Consul is unhealthy, or none may be lost; nothing was touched"},
}

// Result is the code's short name.
func (c Code) Result() string {
	for _, row := range Table {
		if row.Code == c {
			return row.Result
		}
	}
	return "failed"
}

// Error is an error that knows its exit code.
type Error struct {
	Code Code
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error with an exit code.
func Errorf(code Code, format string, args ...any) error {
	return &Error{code, fmt.Errorf(format, args...)}
}

// With gives an error an exit code, unless it has one already.
func With(code Code, err error) error {
	if err == nil || Of(err) != Other {
		return err
	}
	return &Error{code, err}
}

// Of is the exit code of an error: the outermost one that it carries, [Other] when it carries none, [OK] for nil.
func Of(err error) Code {
	if err == nil {
		return OK
	}
	var coded *Error
	if errors.As(err, &coded) {
		return coded.Code
	}
	return Other
}
