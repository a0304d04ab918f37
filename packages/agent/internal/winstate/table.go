// Package winstate knows the states in which Windows refuses to do something with a service: what each means, what a
// person can do, and how long the agent waits on its own.
package winstate

import (
	"errors"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

// Code is an error code of Windows (winerror.h).
type Code uint32

func (c Code) Error() string { return fmt.Sprintf("Windows error %d", uint32(c)) }

// The codes that the agent's own code looks for.
const (
	AccessDenied     Code = 5
	SharingViolation Code = 32
	RequestTimeout   Code = 1053
	DatabaseLocked   Code = 1055
	AlreadyRunning   Code = 1056
	CannotAccept     Code = 1061
	LogonFailed      Code = 1069
	MarkedForDelete  Code = 1072
	ShuttingDown     Code = 1115
	PortReserved     Code = 10013
)

// State is a row of the table.
type State struct {
	Code    Code
	Name    string
	Meaning string
	// Do is what a person can do when the agent's own patience is over.
	Do string
	// Wait is how long the agent tries again; 0 is not at all.
	Wait time.Duration
	// Exit is the run's exit code, where the state decides it and not the place where it came.
	Exit exitcode.Code
}

// Table has every state that the agent names, in the order of the codes. README.md shows it.
var Table = []State{
	{AccessDenied, "ERROR_ACCESS_DENIED", "access is denied", "run the agent as an administrator; if it is one, an antivirus may hold the file or protect the service", 0, 0},
	{SharingViolation, "ERROR_SHARING_VIOLATION", "another program has the file open", "exclude the agent's folder from the antivirus's scan, and close what has the file open", 10 * time.Second, 0},
	{193, "ERROR_BAD_EXE_FORMAT", "the program is none for this Windows", "build it for windows/amd64 and publish it again", 0, 0},
	{577, "ERROR_INVALID_IMAGE_HASH", "a policy refuses the program's signature", "sign the program, or allow it in the application control policy", 0, 0},
	{1051, "ERROR_DEPENDENT_SERVICES_RUNNING", "a service runs that depends on this one", "stop that service first, or take this one out of its dependencies", 0, 0},
	{RequestTimeout, "ERROR_SERVICE_REQUEST_TIMEOUT", "the program didn't answer the service control manager within 30 s of its start", "let the program call svc.Run first and connect to others later; one that is no Windows service needs the agent's `run`", 0, 0},
	{DatabaseLocked, "ERROR_SERVICE_DATABASE_LOCKED", "another program changes services at this moment", "wait until Windows Update or the other installation has ended", 30 * time.Second, 0},
	{AlreadyRunning, "ERROR_SERVICE_ALREADY_RUNNING", "a process of the service is still there", "look which one it is with `sc.exe queryex`, and end it", 30 * time.Second, 0},
	{1057, "ERROR_INVALID_SERVICE_ACCOUNT", "the account doesn't exist", "declare an account that the machine knows; a gMSA ends with $ and has to be installed on the machine", 0, 0},
	{1058, "ERROR_SERVICE_DISABLED", "somebody has disabled the service", "set its start type to automatic, then try again", 0, 0},
	{CannotAccept, "ERROR_SERVICE_CANNOT_ACCEPT_CTRL", "the service is on its way between two states and takes no request", "none: the agent waits as long as the service makes progress, then ends its process", 60 * time.Second, 0},
	{1067, "ERROR_PROCESS_ABORTED", "the program ended by itself right after its start", "look at the service's log and at the Application log", 0, 0},
	{1068, "ERROR_SERVICE_DEPENDENCY_FAIL", "a service that it depends on doesn't start", "start the services that it depends on, or correct `dependencies`", 0, 0},
	{LogonFailed, "ERROR_SERVICE_LOGON_FAILED", "the service's account can't log on", "give the account the right to log on as a service, and check that no policy takes it away; let the machine read a gMSA's password", 0, 0},
	{MarkedForDelete, "ERROR_SERVICE_MARKED_FOR_DELETE", "the service was deleted, but another program has it open, so its name isn't free", "close services.msc, Task Manager, Event Viewer and Process Explorer of every logged-on user, or restart the machine", 30 * time.Second, 0},
	{1075, "ERROR_SERVICE_DEPENDENCY_DELETED", "a service that it depends on doesn't exist", "install that service, or correct `dependencies` (the names that `sc.exe query` shows)", 0, 0},
	{1078, "ERROR_DUPLICATE_SERVICE_NAME", "another service has this name or displayed name", "declare another displayName", 0, 0},
	{ShuttingDown, "ERROR_SHUTDOWN_IN_PROGRESS", "Windows is shutting down", "none: the resident part finishes or undoes the installation after the start, and so does the next run", 0, exitcode.ShuttingDown},
	{1297, "ERROR_INCOMPATIBLE_SERVICE_PRIVILEGE", "the account doesn't have a privilege that the service requires", "take it out of `requiredPrivileges`, or declare an account that has it", 0, 0},
	{PortReserved, "WSAEACCES", "Windows keeps the port for itself", "declare another port, or take it out of the reserved range (`netsh interface ipv4 show excludedportrange protocol=tcp`)", 0, 0},
}

// Of is the state that an error names.
func Of(err error) (State, bool) {
	code, found := codeOf(err)
	if !found {
		return State{}, false
	}
	for _, state := range Table {
		if state.Code == code {
			return state, true
		}
	}
	return State{}, false
}

// Explain adds meaning and advice to an error that names a state, and its exit code where it decides that.
func Explain(err error) error {
	state, known := Of(err)
	var explained *explainedError
	if !known || errors.As(err, &explained) {
		return err
	}
	result := error(&explainedError{fmt.Errorf("%w (%d %s): %s; %s", err, uint32(state.Code), state.Name, state.Meaning, state.Do)})
	if state.Exit != exitcode.OK {
		return exitcode.With(state.Exit, result)
	}
	return result
}

// explainedError was explained once; that is enough.
type explainedError struct{ error }

func (e *explainedError) Unwrap() error { return e.error }
