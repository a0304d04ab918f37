package consul

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// state is what is known of Consul beyond its registration.
type state struct {
	SchemaVersion int `json:"schemaVersion"`
	// What is installed; empty where nothing is.
	installation
	// Registered are the services by the service of this machine that declares them.
	Registered map[string][]spec.ConsulService `json:"registered,omitempty"`
	// Last tells how the last installation went that changed, or tried to change, anything.
	Last LastInstall `json:"lastInstall"`
	// Due is what couldn't be prepared, and is tried again by the resident part; nil where nothing is due.
	Due *Wanted `json:"due,omitempty"`
}

// LastInstall is how an installation went.
type LastInstall struct {
	// Result is the name of an exit code, or "interrupted".
	Result  string    `json:"result"`
	At      time.Time `json:"at"`
	Message string    `json:"message"`
}

const stateVersion = 1

// load reads the state; one that was never written is empty.
func (k *Keeper) load() (state, error) {
	s := state{SchemaVersion: stateVersion}
	err := atomicfile.ReadJSON(k.layout().stateFile(), &s)
	if errors.Is(err, atomicfile.ErrDamaged) {
		k.Log.Warn("what is known of Consul can't be read and is written anew", "error", err.Error())
		return state{SchemaVersion: stateVersion}, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return state{}, err
	}
	return s, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (k *Keeper) save(s state) error {
	if err := os.MkdirAll(k.layout().ConsulFolder(), 0o755); err != nil {
		return err
	}
	return atomicfile.WriteJSON(k.layout().stateFile(), s)
}

// edit changes the state on disk.
func (k *Keeper) edit(change func(*state)) error {
	s, err := k.load()
	if err != nil {
		return err
	}
	change(&s)
	return k.save(s)
}

func (k *Keeper) noteFailure(wanted Wanted, err error) {
	note := k.edit(func(s *state) {
		s.Last = LastInstall{exitcode.Of(err).Result(), time.Now().UTC(), err.Error()}
		s.Due = nil
		// What was refused once it ran is refused again; what couldn't be had may be there later.
		if code := exitcode.Of(err); code == exitcode.NotPrepared || code == exitcode.Download {
			s.Due = &wanted
		}
	})
	if note != nil {
		k.Log.Warn("the result could not be written down", "error", note.Error())
	}
}

// record writes down that an installation is in place, and drops what nobody needs any more.
func (k *Keeper) record(n installation, message string) error {
	if err := k.edit(func(s *state) {
		s.installation, s.Due = n, nil
		s.Last = LastInstall{exitcode.OK.Result(), time.Now().UTC(), message}
	}); err != nil {
		return err
	}
	k.prune(k.layout().versions(), n.Build)
	k.prune(k.layout().configurations(), n.Configuration)
	return nil
}

// prune keeps one folder. What can't be removed now is removed another time.
func (k *Keeper) prune(folder, kept string) {
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		if entry.Name() != kept {
			err = errors.Join(err, atomicfile.RemoveAll(filepath.Join(folder, entry.Name())))
		}
	}
	if err != nil {
		k.Log.Warn("what a former Consul has left could not be removed", "error", err.Error())
	}
}

func (n installation) describe(former *installation) string {
	switch {
	case former == nil:
		return fmt.Sprintf("Consul %s runs", n.Consul.Version)
	case former.Consul != nil && former.Build != n.Build:
		return fmt.Sprintf("Consul %s runs, before it %s", n.Consul.Version, former.Consul.Version)
	default:
		return fmt.Sprintf("Consul %s runs with its new configuration", n.Consul.Version)
	}
}
