package atomicfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

// Rename is on disk when it returns, so a folder needs no flush of its own.
func (Disk) Rename(from, to string) error {
	fromPtr, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	toPtr, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	return windows.MoveFileEx(fromPtr, toPtr, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
}

func (Disk) SyncFolder(string) error { return nil }

// Full tells whether an error says that the disk has no space left.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// held: "access denied" is what a file that is being deleted answers, and some antivirus programs; a right that is
// really missing only costs the patience.
func held(err error) bool {
	for _, code := range []error{windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION, windows.ERROR_ACCESS_DENIED, windows.ERROR_USER_MAPPED_FILE, ErrHeld} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}
