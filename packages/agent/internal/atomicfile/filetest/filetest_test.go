package filetest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

func never(string) error { return nil }

// after does something on a disk with a cache, cuts the power, and tells what a file holds then; "-" for no file.
func after(t *testing.T, do func(d *Disk, path string) error) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "state.json")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &Disk{Watch: never, Trash: t.TempDir()}
	if err := do(d, path); err != nil {
		t.Fatal(err)
	}
	if err := d.Cut(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return "-"
	}
	return string(text)
}

// replace writes a file anew, with or without each of the two flushes that make it safe.
func replace(syncFile, syncFolder bool) func(*Disk, string) error {
	return func(d *Disk, path string) error {
		temp, err := d.CreateTemp(filepath.Dir(path), ".state.*")
		if err != nil {
			return err
		}
		if _, err := temp.Write([]byte("new")); err != nil {
			return err
		}
		if syncFile {
			err = temp.Sync()
		}
		if err := errors.Join(err, temp.Close(), d.Rename(temp.Name(), path)); err != nil || !syncFolder {
			return err
		}
		return d.SyncFolder(filepath.Dir(path))
	}
}

func TestAPowerCutTakesWhatWasNotFlushed(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(*Disk, string) error
		want string
	}{
		{"nothing is flushed", replace(false, false), "old"},
		{"only the file is flushed", replace(true, false), "old"},
		{"only the folder is flushed", replace(false, true), ""},
		{"both are flushed", replace(true, true), "new"},
		{"a removal is not flushed", func(d *Disk, path string) error { return d.Remove(path) }, "old"},
		{"a removal is flushed", func(d *Disk, path string) error {
			return errors.Join(d.Remove(path), d.SyncFolder(filepath.Dir(path)))
		}, "-"},
		{"a folder's removal is not flushed", func(d *Disk, path string) error { return d.RemoveAll(filepath.Dir(path)) }, "old"},
	} {
		if got := after(t, row.do); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestAHeldFileIsRefusedUntilItsTimeIsOver(t *testing.T) {
	folder := t.TempDir()
	h := &Held{For: 50 * time.Millisecond}
	path := filepath.Join(folder, "state.json")
	if err := os.WriteFile(filepath.Join(folder, "new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := h.Rename(filepath.Join(folder, "new"), path); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"remove": h.Remove(path), "rename": h.Rename(path, path+".old"), "its folder": h.RemoveAll(folder),
	} {
		if !errors.Is(err, atomicfile.ErrHeld) {
			t.Errorf("%s: %v", what, err)
		}
	}
	time.Sleep(h.For)
	if err := h.Remove(path); err != nil {
		t.Error(err)
	}
}
