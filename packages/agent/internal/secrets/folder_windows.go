package secrets

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// readLink reads a junction. An empty folder in its place is one that a crash kept from becoming a junction.
func readLink(link string) (string, error) {
	target, err := os.Readlink(link)
	if errors.Is(err, windows.ERROR_NOT_A_REPARSE_POINT) {
		return "", os.ErrNotExist
	}
	return target, err
}

// writeLink makes a junction, or turns the one that exists to another target by one call: a folder that is a link can't
// be replaced by a rename, and between a removal and a creation the service would find nothing.
func writeLink(link, target string) error {
	if err := os.Mkdir(link, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	path, err := windows.UTF16PtrFromString(link)
	if err != nil {
		return err
	}
	handle, err := windows.CreateFile(path, windows.GENERIC_WRITE, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil,
		windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", link, err)
	}
	defer windows.CloseHandle(handle)
	buffer := mountPoint(target)
	var returned uint32
	if err := windows.DeviceIoControl(handle, windows.FSCTL_SET_REPARSE_POINT, &buffer[0], uint32(len(buffer)), nil, 0, &returned, nil); err != nil {
		return fmt.Errorf("%s: %w", link, err)
	}
	return windows.FlushFileBuffers(handle)
}

// mountPoint is the REPARSE_DATA_BUFFER of a junction: tag, length, offsets and lengths of two names, the names.
func mountPoint(target string) []byte {
	substitute, print := utf16.Encode([]rune(`\??\`+target)), utf16.Encode([]rune(target))
	order := binary.LittleEndian
	var names []byte
	for _, name := range [][]uint16{substitute, print} {
		for _, unit := range name {
			names = order.AppendUint16(names, unit)
		}
		names = order.AppendUint16(names, 0)
	}
	buffer := order.AppendUint32(nil, windows.IO_REPARSE_TAG_MOUNT_POINT)
	buffer = order.AppendUint16(buffer, uint16(8+len(names)))
	buffer = order.AppendUint16(buffer, 0)
	buffer = order.AppendUint16(buffer, 0)
	buffer = order.AppendUint16(buffer, uint16(2*len(substitute)))
	buffer = order.AppendUint16(buffer, uint16(2*len(substitute)+2))
	buffer = order.AppendUint16(buffer, uint16(2*len(print)))
	return append(buffer, names...)
}
