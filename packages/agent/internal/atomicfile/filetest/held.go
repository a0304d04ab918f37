package filetest

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Held is a disk as Windows has it with an antivirus: a file that was just written or moved is open in the scanner, and
// can neither be moved, replaced, removed nor opened for a while.
type Held struct {
	atomicfile.Disk
	// For is the time that a scan takes.
	For time.Duration

	mu      sync.Mutex
	scanned map[string]time.Time
	Refused int
}

var _ atomicfile.Files = &Held{}

func (h *Held) scan(path string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.scanned == nil {
		h.scanned = map[string]time.Time{}
	}
	h.scanned[path] = time.Now().Add(h.For)
}

// free fails for a path that is being scanned, and for a folder with such a path in it.
func (h *Held) free(paths ...string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for held, until := range h.scanned {
		for _, path := range paths {
			if time.Now().Before(until) && (held == path || strings.HasPrefix(held, path+string(filepath.Separator))) {
				h.Refused++
				return fmt.Errorf("%s: %w", held, atomicfile.ErrHeld)
			}
		}
	}
	return nil
}

func (h *Held) Open(path string) (io.ReadCloser, error) {
	if err := h.free(path); err != nil {
		return nil, err
	}
	return h.Disk.Open(path)
}

func (h *Held) Rename(from, to string) error {
	if err := h.free(from, to); err != nil {
		return err
	}
	defer h.scan(to)
	return h.Disk.Rename(from, to)
}

func (h *Held) Remove(path string) error {
	if err := h.free(path); err != nil {
		return err
	}
	return h.Disk.Remove(path)
}

func (h *Held) RemoveAll(path string) error {
	if err := h.free(path); err != nil {
		return err
	}
	return h.Disk.RemoveAll(path)
}

func (h *Held) CreateTemp(folder, pattern string) (atomicfile.File, error) {
	created, err := h.Disk.CreateTemp(folder, pattern)
	if err == nil {
		h.scan(created.Name())
	}
	return created, err
}
