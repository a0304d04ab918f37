// Package atomicfile writes files so that a reader, or a machine after a power cut, finds either the old text or the
// new text, never a part of one. What another program holds for a moment, as an antivirus does with every new file, is
// tried again.
package atomicfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write replaces the file's content: temporary file, fsync, rename, fsync of the folder.
func Write(path string, content []byte) (err error) {
	var temp File
	if err := patiently(path, func() (err error) {
		temp, err = files.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
		return err
	}); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return Rename(temp.Name(), path)
}

// WriteJSON writes a value as indented JSON.
func WriteJSON(path string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return Write(path, append(text, '\n'))
}

// ErrDamaged is in the error of a file that is there and can't be understood.
var ErrDamaged = errors.New("damaged")

// ReadJSON reads what [WriteJSON] wrote. A file that doesn't exist is reported as [os.ErrNotExist], one that holds
// something else as [ErrDamaged].
func ReadJSON(path string, value any) error {
	file, err := Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s is %w (%w): remove it and run the command again", path, ErrDamaged, err)
	}
	return nil
}

// Open opens a file for reading.
func Open(path string) (file io.ReadCloser, err error) {
	err = patiently(path, func() error {
		file, err = files.Open(path)
		return err
	})
	return file, err
}

// Create opens a new or emptied file for writing. Its content is safe after Sync, its name after a [Rename] of it or of
// another file in its folder.
func Create(path string, mode fs.FileMode) (file File, err error) {
	err = patiently(path, func() error {
		file, err = files.Create(path, mode)
		return err
	})
	return file, err
}

// Rename moves a file or folder and returns when the move is on disk. A file that exists is replaced.
func Rename(from, to string) error {
	if err := patiently(to, func() error { return files.Rename(from, to) }); err != nil {
		return err
	}
	return files.SyncFolder(filepath.Dir(to))
}

// Remove removes a file and returns when that is on disk. One that isn't there is fine.
func Remove(path string) error {
	err := patiently(path, func() error { return files.Remove(path) })
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return files.SyncFolder(filepath.Dir(path))
}

// RemoveAll removes a file or a folder with everything in it. What isn't there is fine.
func RemoveAll(path string) error {
	return patiently(path, func() error { return files.RemoveAll(path) })
}
