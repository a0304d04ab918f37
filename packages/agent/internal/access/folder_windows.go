package access

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// folderSecurity: SYSTEM and Administrators may do everything, the service what is given, nobody else anything. The
// root folder lets every service read, so inheritance is cut.
const folderSecurity = "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;%s;;;%s)"

// Folder creates a folder that the service and administrators alone may enter.
func Folder(folder, service string, rights Rights) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	wanted, err := windows.SecurityDescriptorFromString(fmt.Sprintf(folderSecurity, rights, ServiceSID(service)))
	if err != nil {
		return err
	}
	dacl, _, err := wanted.DACL()
	if err != nil {
		return err
	}
	if err := windows.SetNamedSecurityInfo(folder, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil); err != nil {
		return fmt.Errorf("access rights of %s: %w (run the agent as an administrator)", folder, err)
	}
	return nil
}
