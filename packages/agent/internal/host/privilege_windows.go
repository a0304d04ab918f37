package host

import (
	"errors"

	"golang.org/x/sys/windows"
)

// Privileges that an administrator, and SYSTEM, hold but that are off in a process until it asks for them.
const (
	DebugPrivilege    = "SeDebugPrivilege"
	ShutdownPrivilege = "SeShutdownPrivilege"
)

// Enable switches a privilege on for this process. One that the account doesn't hold stays off without an error: the
// call that needs it says so.
func Enable(privilege string) error {
	name, err := windows.UTF16PtrFromString(privilege)
	if err != nil {
		return err
	}
	var token windows.Token
	if err := windows.OpenProcessToken(windows.CurrentProcess(), windows.TOKEN_ADJUST_PRIVILEGES|windows.TOKEN_QUERY, &token); err != nil {
		return err
	}
	defer token.Close()
	state := windows.Tokenprivileges{PrivilegeCount: 1}
	state.Privileges[0].Attributes = windows.SE_PRIVILEGE_ENABLED
	if err := windows.LookupPrivilegeValue(nil, name, &state.Privileges[0].Luid); err != nil {
		return err
	}
	return windows.AdjustTokenPrivileges(token, false, &state, 0, nil, nil)
}

// OpenProcess opens a process of whatever account. The access list of a service's process names its own account and
// SYSTEM; an administrator gets past it by the debug privilege, as taskkill does.
func OpenProcess(pid, access uint32) (windows.Handle, error) {
	handle, err := windows.OpenProcess(access, false, pid)
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) && Enable(DebugPrivilege) == nil {
		return windows.OpenProcess(access, false, pid)
	}
	return handle, err
}
