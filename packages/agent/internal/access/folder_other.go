//go:build !windows

package access

import "os"

// Folder creates a folder that this user alone may enter; services of the stand-in run as the same user.
func Folder(folder, _ string, _ Rights) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.Chmod(folder, 0o700)
}
