//go:build linux

package scm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// registration is a service on disk.
type registration struct {
	Name     string           `json:"name"`
	Settings service.Settings `json:"settings"`
	Program  service.Program  `json:"program"`
}

// registry keeps the registrations, one file per service.
type registry struct{ folder string }

func (r registry) path(name string) string { return filepath.Join(r.folder, name+".json") }

func (r registry) save(reg registration) error { return atomicfile.WriteJSON(r.path(reg.Name), reg) }

func (r registry) remove(name string) error {
	if err := os.Remove(r.path(name)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (r registry) load() ([]registration, error) {
	if err := os.MkdirAll(r.folder, 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(r.folder)
	if err != nil {
		return nil, err
	}
	var all []registration
	for _, entry := range entries {
		// What begins with a dot is a write that a power cut interrupted.
		if strings.HasPrefix(entry.Name(), ".") || filepath.Ext(entry.Name()) != ".json" {
			continue
		}
		var reg registration
		if err := atomicfile.ReadJSON(filepath.Join(r.folder, entry.Name()), &reg); err != nil {
			return nil, err
		}
		all = append(all, reg)
	}
	return all, nil
}
