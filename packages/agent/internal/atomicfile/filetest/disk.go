// Package filetest has disks that treat the agent as badly as real ones may: [Disk] forgets in a power cut what was not
// flushed, and [Held] keeps files open as an antivirus does.
package filetest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Disk is a disk with a cache. Content is safe after Sync of its file, a name after SyncFolder of its folder. Only
// [Disk.Cut] shows the difference.
type Disk struct {
	atomicfile.Disk
	// Watch is told of every call before and after it is carried out; its error is the call's.
	Watch func(moment string) error
	// Trash is an empty folder on the same disk.
	Trash string

	mu      sync.Mutex
	entries []entry
	dirty   map[string]bool // files whose content is not on disk
	kept    int
}

// entry is a change of a folder that is not on disk: lost in a power cut.
type entry struct {
	folder string
	revert func() error
}

var _ atomicfile.Files = &Disk{}

func (d *Disk) around(call string, do func() error) error {
	if err := d.Watch("before " + call); err != nil {
		return err
	}
	d.mu.Lock()
	err := do()
	d.mu.Unlock()
	if err != nil {
		return err
	}
	return d.Watch("after " + call)
}

func (d *Disk) changed(folder string, revert func() error) {
	d.entries = append(d.entries, entry{folder, revert})
}

func (d *Disk) written(path string, dirty bool) {
	if d.dirty == nil {
		d.dirty = map[string]bool{}
	}
	d.dirty[path] = dirty
}

// file is a file that knows whether its content is on disk.
type file struct {
	atomicfile.File
	disk *Disk
}

func (f file) Write(content []byte) (n int, err error) {
	err = f.disk.around("write", func() error {
		f.disk.written(f.Name(), true)
		n, err = f.File.Write(content)
		return err
	})
	return n, err
}

// Sync costs no time here: the cache is the one of this package.
func (f file) Sync() error {
	return f.disk.around("sync", func() error {
		f.disk.written(f.Name(), false)
		return nil
	})
}

func (d *Disk) open(opened atomicfile.File, err error) (atomicfile.File, error) {
	if err != nil {
		return nil, err
	}
	d.changed(filepath.Dir(opened.Name()), func() error { return gone(os.Remove(opened.Name())) })
	return file{opened, d}, nil
}

func (d *Disk) Create(path string, mode fs.FileMode) (created atomicfile.File, err error) {
	err = d.around("create file", func() error {
		created, err = d.open(d.Disk.Create(path, mode))
		return err
	})
	return created, err
}

func (d *Disk) CreateTemp(folder, pattern string) (created atomicfile.File, err error) {
	err = d.around("create file", func() error {
		created, err = d.open(d.Disk.CreateTemp(folder, pattern))
		return err
	})
	return created, err
}

func (d *Disk) Rename(from, to string) error {
	return d.around("rename", func() error {
		former, err := d.keep(to)
		if err != nil {
			return err
		}
		if err := d.Disk.Rename(from, to); err != nil {
			return err
		}
		for path, dirty := range d.dirty {
			if path == from || strings.HasPrefix(path, from+string(filepath.Separator)) {
				delete(d.dirty, path)
				d.dirty[to+path[len(from):]] = dirty
			}
		}
		d.changed(filepath.Dir(to), func() error {
			back := os.Rename(to, from)
			if former != "" {
				back = errors.Join(back, os.Rename(former, to))
			}
			return back
		})
		return nil
	})
}

func (d *Disk) Remove(path string) error {
	return d.around("remove", func() error {
		former, err := d.keep(path)
		if err != nil {
			return err
		}
		if err := d.Disk.Remove(path); err != nil {
			return err
		}
		d.changed(filepath.Dir(path), func() error { return os.Rename(former, path) })
		return nil
	})
}

// RemoveAll moves away; in a power cut the whole folder is there again.
func (d *Disk) RemoveAll(path string) error {
	return d.around("remove folder", func() error {
		if _, err := os.Lstat(path); err != nil {
			return gone(err)
		}
		former := d.place()
		if err := os.Rename(path, former); err != nil {
			return err
		}
		d.changed(filepath.Dir(path), func() error {
			if _, err := os.Lstat(path); err == nil {
				return nil // made again meanwhile
			}
			return gone(os.Rename(former, path))
		})
		return nil
	})
}

func (d *Disk) SyncFolder(path string) error {
	return d.around("sync folder", func() error {
		d.entries = slices.DeleteFunc(d.entries, func(e entry) bool { return e.folder == path })
		return nil
	})
}

// Cut is a power cut: what wasn't flushed has never happened, or happened without its content.
func (d *Disk) Cut() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var failures []error
	for path, dirty := range d.dirty {
		if dirty {
			failures = append(failures, gone(os.Truncate(path, 0)))
		}
	}
	for _, e := range slices.Backward(d.entries) {
		failures = append(failures, gone(e.revert()))
	}
	d.entries, d.dirty = nil, nil
	return errors.Join(failures...)
}

// keep makes a second name for a file, so that it can come back; "" for what isn't there.
func (d *Disk) keep(path string) (string, error) {
	former := d.place()
	err := os.Link(path, former)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return former, err
}

func (d *Disk) place() string {
	d.kept++
	return filepath.Join(d.Trash, strconv.Itoa(d.kept))
}

func gone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
