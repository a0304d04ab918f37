package machine

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// rootSecurity: SYSTEM and Administrators may do everything, services may read and execute, nobody else anything.
// %ProgramData% lets every user create folders, so inheritance is cut: else any user could plant a program that the
// service manager starts.
const rootSecurity = "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;SU)"

func defaultRoot() string {
	base := os.Getenv("ProgramData")
	if base == "" {
		base = `C:\ProgramData`
	}
	return filepath.Join(base, "windows-ha")
}

func protectRoot(root string) error {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	current, err := windows.GetNamedSecurityInfo(root, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("owner of %s: %w", root, err)
	}
	owner, _, err := current.Owner()
	if err != nil {
		return fmt.Errorf("owner of %s: %w", root, err)
	}
	if !trustedOwner(owner) {
		return fmt.Errorf("%s belongs to %s; allowed: SYSTEM, Administrators or the user who runs the agent: remove the folder", root, owner)
	}
	wanted, err := windows.SecurityDescriptorFromString(rootSecurity)
	if err != nil {
		return err
	}
	dacl, _, err := wanted.DACL()
	if err != nil {
		return err
	}
	if err := windows.SetNamedSecurityInfo(root, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil); err != nil {
		return fmt.Errorf("access rights of %s: %w (run the agent as an administrator)", root, err)
	}
	return nil
}

// trustedOwner refuses a folder that an ordinary user created before the agent came: its owner could change the rights
// back at any time.
func trustedOwner(owner *windows.SID) bool {
	if owner.IsWellKnown(windows.WinLocalSystemSid) || owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) {
		return true
	}
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	return err == nil && owner.Equals(user.User.Sid)
}
