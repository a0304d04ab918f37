package atomicfile

import (
	"io"
	"io/fs"
	"os"
)

// File is a file that is being written.
type File interface {
	io.Writer
	Name() string
	Sync() error
	Close() error
}

// Files is everything that the agent does to files that have to survive a power cut, a crash or an antivirus. It is one
// seam, so that tests can take each of them away.
type Files interface {
	Create(path string, mode fs.FileMode) (File, error)
	CreateTemp(folder, pattern string) (File, error)
	Open(path string) (io.ReadCloser, error)
	// Rename replaces a file that exists.
	Rename(from, to string) error
	Remove(path string) error
	RemoveAll(path string) error
	// SyncFolder returns when what was renamed, created and removed in a folder is on disk.
	SyncFolder(path string) error
}

var files Files = Disk{}

// Use exchanges what works on files, for a test that takes no other at the same time, and returns how to go back.
func Use(other Files) (back func()) {
	former := files
	files = other
	return func() { files = former }
}

// Disk is the machine's own.
type Disk struct{}

func (Disk) Create(path string, mode fs.FileMode) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
}

func (Disk) CreateTemp(folder, pattern string) (File, error) { return os.CreateTemp(folder, pattern) }
func (Disk) Open(path string) (io.ReadCloser, error)         { return os.Open(path) }
func (Disk) Remove(path string) error                        { return os.Remove(path) }
func (Disk) RemoveAll(path string) error                     { return removeAll(path) }
