package consul

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// What a zip file of Consul's vendor never comes near to: its program has 200 MB.
const (
	mostEntries  = 1000
	longestEntry = 1 << 30
)

// unpack takes one file out of a zip file, and nothing else: whatever names and sizes the others claim, nothing of them is
// written. The name is the entry's whole path, so none leads out of a folder.
func unpack(archive, name, to string) (err error) {
	reader, err := zip.OpenReader(archive)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("it can't be read as a zip file: %w", err)
	}
	defer reader.Close()
	if len(reader.File) > mostEntries {
		return fmt.Errorf("it has %d entries; allowed: at most %d", len(reader.File), mostEntries)
	}
	var wanted *zip.File
	for _, entry := range reader.File {
		if entry.Name != name {
			continue
		}
		if wanted != nil {
			return fmt.Errorf("it has two entries named %s: nobody can tell which one is meant", name)
		}
		wanted = entry
	}
	switch {
	case wanted == nil:
		return fmt.Errorf("it has no entry named %s: publish the zip file of Consul's vendor for this platform", name)
	case !wanted.Mode().IsRegular():
		return fmt.Errorf("its entry %s is no file (%v)", name, wanted.Mode().Type())
	case wanted.UncompressedSize64 > longestEntry:
		return fmt.Errorf("its entry %s has %d bytes; allowed: at most %d", name, wanted.UncompressedSize64, longestEntry)
	}
	content, err := wanted.Open()
	if err != nil {
		return fmt.Errorf("its entry %s can't be read: %w", name, err)
	}
	defer content.Close()
	file, err := atomicfile.Create(to, 0o755)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err != nil {
			err = errors.Join(err, os.Remove(to))
		}
	}()
	// The reader checks length and CRC itself; the limit is for what the directory says wrongly.
	written, err := io.Copy(file, io.LimitReader(content, longestEntry+1))
	if err != nil {
		return fmt.Errorf("its entry %s can't be unpacked: %w", name, err)
	}
	if written > longestEntry {
		return fmt.Errorf("its entry %s has more than %d bytes, other than it says", name, longestEntry)
	}
	return file.Sync()
}
