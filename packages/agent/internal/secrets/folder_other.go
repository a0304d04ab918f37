//go:build !windows

package secrets

import (
	"os"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// protect creates a folder that this user alone may enter; services of the stand-in run as the same user.
func protect(folder, _ string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.Chmod(folder, 0o700)
}

func readLink(link string) (string, error) { return os.Readlink(link) }

// writeLink replaces a link by one rename.
func writeLink(link, target string) error {
	temp := link + ".new"
	if err := os.Remove(temp); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Symlink(target, temp); err != nil {
		return err
	}
	return atomicfile.Rename(temp, link)
}
