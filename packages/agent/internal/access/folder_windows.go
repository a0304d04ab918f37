package access

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/windows"
)

// folderSecurity: SYSTEM and Administrators may do everything, the service what is given, nobody else anything. The
// root folder lets every service read, so inheritance is cut.
const folderSecurity = "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;%s;;;%s)"

// Folder creates a folder that the service and administrators alone may enter.
func Folder(folder, service string, rights Rights) error {
	return Protected(folder, fmt.Sprintf(folderSecurity, rights, ServiceSID(service)), nil)
}

// Protected creates a folder with an access list in SDDL, unless the owner of one that is there is refused. A service
// may turn a folder of its own into a link to somewhere else; the rights of that place are none of its business, so the
// folder is opened itself and what is asked, and what is changed, is that one.
func Protected(folder, sddl string, refuse func(owner *windows.SID) error) (err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("access rights of %s: %w (run the agent as an administrator)", folder, err)
		}
	}()
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return err
	}
	handle, err := windows.CreateFile(path, windows.READ_CONTROL|windows.WRITE_DAC|windows.FILE_READ_ATTRIBUTES,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING,
		windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(handle)
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(handle, &info); err != nil {
		return err
	}
	if info.FileAttributes&windows.FILE_ATTRIBUTE_REPARSE_POINT != 0 {
		return errors.New("seen a link to another place; allowed: a folder: look who made it, and remove it")
	}
	current, err := windows.GetSecurityInfo(handle, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	owner, _, err := current.Owner()
	if err == nil && refuse != nil {
		err = refuse(owner)
	}
	if err != nil {
		return err
	}
	if strings.HasSuffix(current.String(), sddl) {
		return nil // written again it would be passed on to everything inside again
	}
	wanted, err := windows.SecurityDescriptorFromString(sddl)
	if err != nil {
		return err
	}
	dacl, _, err := wanted.DACL()
	if err != nil {
		return err
	}
	return windows.SetSecurityInfo(handle, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil)
}
