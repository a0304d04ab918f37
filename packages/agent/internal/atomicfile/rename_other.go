//go:build !windows

package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
)

// Rename moves a file or folder and returns when the move is on disk. A file that exists is replaced.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
