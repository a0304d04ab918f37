package machine

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"

	"github.com/windows-ha/windows-ha/packages/agent/internal/access"
)

// rootSecurity: SYSTEM and Administrators may do everything, services may read and execute, nobody else anything.
// %ProgramData% lets every user create folders, so inheritance is cut: else any user could plant a program that the
// service manager starts.
const rootSecurity = "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;SU)"

// DefaultRoot is where the agent's files lie unless the environment says otherwise.
func DefaultRoot() string {
	base := os.Getenv("ProgramData")
	if base == "" {
		base = `C:\ProgramData`
	}
	return filepath.Join(base, "windows-ha")
}

func protectRoot(root string) error {
	return access.Protected(root, rootSecurity, func(owner *windows.SID) error {
		if trustedOwner(owner) {
			return nil
		}
		return fmt.Errorf("it belongs to %s; allowed: SYSTEM, Administrators or the user who runs the agent: remove the folder", owner)
	})
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
