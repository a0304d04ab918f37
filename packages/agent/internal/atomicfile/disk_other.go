//go:build !windows

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

func (Disk) Rename(from, to string) error { return os.Rename(from, to) }

func (Disk) SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Full tells whether an error says that the disk has no space left.
func Full(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// held: elsewhere than on Windows an open file can be renamed and removed, so only tests say so.
func held(err error) bool { return errors.Is(err, ErrHeld) }
