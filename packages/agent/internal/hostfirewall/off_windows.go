package hostfirewall

import "golang.org/x/sys/windows"

// switchedOff tells whether the Windows service behind the firewall doesn't run, as on machines that another firewall
// guards: then there are no rules, and none to remove. It asks for the right to look only: that service grants no more.
func switchedOff() bool {
	manager, err := windows.OpenSCManager(nil, nil, windows.SC_MANAGER_CONNECT)
	if err != nil {
		return false
	}
	defer windows.CloseServiceHandle(manager)
	firewall, err := windows.OpenService(manager, windows.StringToUTF16Ptr("mpssvc"), windows.SERVICE_QUERY_STATUS)
	if err != nil {
		return false
	}
	defer windows.CloseServiceHandle(firewall)
	var status windows.SERVICE_STATUS
	return windows.QueryServiceStatus(firewall, &status) == nil && status.CurrentState == windows.SERVICE_STOPPED
}
