package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/access"
	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// version is the content of a version's folder.
type version struct {
	id string
	// index is the address that each value came from; a value of another address isn't the declared one.
	index map[string]string
	files map[string][]byte
}

// readCurrent reads what the service has now; what is damaged counts as missing.
func readCurrent(m machine.Machine, service string) (version, error) {
	id, err := Current(m, service)
	v := version{id: id, index: map[string]string{}, files: map[string][]byte{}}
	if err != nil || id == "" {
		return v, err
	}
	folder := filepath.Join(versionsOf(m, service), id)
	if err := atomicfile.ReadJSON(filepath.Join(folder, indexFile), &v.index); err != nil {
		return version{}, nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return version{}, nil
	}
	for _, entry := range entries {
		if entry.Name() == indexFile {
			continue
		}
		if v.files[entry.Name()], err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil {
			return version{}, err
		}
	}
	return v, nil
}

func (v version) has(w wish) bool {
	return v.index[w.key] == w.url && len(v.of(w)) == len(w.variables)
}

func (v version) of(w wish) map[string][]byte {
	files := map[string][]byte{}
	for file := range w.variables {
		if content, there := v.files[file]; there {
			files[file] = content
		}
	}
	return files
}

// write puts a version beside the former one, unless they are equal.
func (v version) write(m machine.Machine, service string, former version) (id string, err error) {
	if former.id != "" && maps.Equal(v.index, former.index) && maps.EqualFunc(v.files, former.files, bytes.Equal) {
		return former.id, nil
	}
	if err := access.Folder(folderOf(m, service), service, access.Read); err != nil {
		return "", err
	}
	if err := os.MkdirAll(versionsOf(m, service), 0o700); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(versionsOf(m, service), time.Now().UTC().Format("20060102T150405Z-"))
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("the secrets can't be written: %w", err), atomicfile.RemoveAll(folder))
		}
	}()
	for file, content := range v.files {
		if err := atomicfile.Write(filepath.Join(folder, file), content); err != nil {
			return "", err
		}
	}
	if err := atomicfile.WriteJSON(filepath.Join(folder, indexFile), v.index); err != nil {
		return "", err
	}
	return filepath.Base(folder), nil
}
