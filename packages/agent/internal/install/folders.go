package install

import (
	"errors"
	"fmt"
	"os"

	"github.com/windows-ha/windows-ha/packages/agent/internal/access"
)

// openFolders makes the folders in which a service may write, whatever account it has: the list of who may enter names
// the service itself. What lies in them outlives releases and the service.
func (i *Installer) openFolders(r release) error {
	return errors.Join(
		access.Folder(i.Machine.DataFolder(r.name()), r.name(), access.Modify),
		access.Folder(i.Machine.ServiceLogs(r.name()), r.name(), access.Modify),
	)
}

// left tells what stays of a service that is gone. A folder that nobody wrote to doesn't.
func (i *Installer) left(name string) string {
	_ = os.Remove(i.Machine.ServiceLogs(name))
	data := i.Machine.DataFolder(name)
	if os.Remove(data); exists(data) {
		return fmt.Sprintf("its logs stay in %s, its data in %s", i.Machine.LogsFolder(), data)
	}
	return fmt.Sprintf("its logs stay in %s", i.Machine.LogsFolder())
}
