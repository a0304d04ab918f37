package winscm

import (
	"fmt"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc/mgr"
)

// virtualAccount is the account that Windows makes for one service: no password, no rights but its own, known to
// access lists by name.
func virtualAccount(name string) string { return `NT SERVICE\` + name }

// accountOf is an account's name for the SCM.
func accountOf(name, account string) string {
	if account == "" {
		return virtualAccount(name)
	}
	return account
}

// changeAccount leaves the account alone that a service has.
func changeAccount(s *mgr.Service, account string) error {
	buffer, err := queryConfig(s)
	if err != nil {
		return err
	}
	config := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(unsafe.SliceData(buffer)))
	wanted := accountOf(s.Name, account)
	if strings.EqualFold(windows.UTF16PtrToString(config.ServiceStartName), wanted) {
		return nil
	}
	if err := allowServiceLogon(wanted); err != nil {
		return err
	}
	pointers, err := utf16Pointers(wanted, "")
	if err != nil {
		return err
	}
	// Built-in accounts want an empty password, virtual and managed ones none at all.
	name, password := pointers[0], pointers[1]
	if isManaged(wanted) || settingsAccount(s.Name, wanted) == "" {
		password = nil
	}
	err = windows.ChangeServiceConfig(s.Handle, windows.SERVICE_NO_CHANGE, windows.SERVICE_NO_CHANGE,
		windows.SERVICE_NO_CHANGE, nil, nil, nil, nil, name, password, nil)
	if err != nil {
		return fmt.Errorf("account %s: %w", wanted, err)
	}
	return nil
}

// serviceLogonRight is what an account needs to run a service. Built-in and virtual accounts have it; one of a domain
// gets it from whoever registers the service.
const serviceLogonRight = "SeServiceLogonRight"

const (
	policyCreateAccount = 0x10
	policyLookupNames   = 0x800
)

var (
	advapi32            = windows.NewLazySystemDLL("advapi32.dll")
	lsaOpenPolicy       = advapi32.NewProc("LsaOpenPolicy")
	lsaAddAccountRights = advapi32.NewProc("LsaAddAccountRights")
	lsaClose            = advapi32.NewProc("LsaClose")
)

// isManaged tells whether an account's password is the domain's business.
func isManaged(account string) bool { return strings.HasSuffix(account, "$") }

// allowServiceLogon gives a group managed service account the right to run services here.
func allowServiceLogon(account string) error {
	if !isManaged(account) {
		return nil
	}
	sid, _, _, err := windows.LookupSID("", account)
	if err != nil {
		return fmt.Errorf("account %s: %w: is this machine in the account's domain, and may it use the account (PrincipalsAllowedToRetrieveManagedPassword)?", account, err)
	}
	right, err := windows.NewNTUnicodeString(serviceLogonRight)
	if err != nil {
		return err
	}
	var policy windows.Handle
	attributes := windows.OBJECT_ATTRIBUTES{Length: uint32(unsafe.Sizeof(windows.OBJECT_ATTRIBUTES{}))}
	status, _, _ := lsaOpenPolicy.Call(0, uintptr(unsafe.Pointer(&attributes)), policyCreateAccount|policyLookupNames, uintptr(unsafe.Pointer(&policy)))
	if uint32(status) != 0 {
		return fmt.Errorf("local security policy: %w (run the agent as an administrator)", windows.NTStatus(status).Errno())
	}
	defer lsaClose.Call(uintptr(policy))
	status, _, _ = lsaAddAccountRights.Call(uintptr(policy), uintptr(unsafe.Pointer(sid)), uintptr(unsafe.Pointer(right)), 1)
	if uint32(status) != 0 {
		return fmt.Errorf("account %s: right to log on as a service: %w", account, windows.NTStatus(status).Errno())
	}
	return nil
}
