package install

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// state is what is known of a service beyond its registration.
type state struct {
	SchemaVersion   int         `json:"schemaVersion"`
	Service         string      `json:"service"`
	Version         string      `json:"version"`
	Release         string      `json:"release"`
	PreviousRelease string      `json:"previousRelease"`
	SpecHash        string      `json:"specHash"`
	LastInstall     lastInstall `json:"lastInstall"`
}

// lastInstall tells how the last installation went that changed, or tried to change, anything.
type lastInstall struct {
	// Result is "ok", "interrupted", or the name of an exit code.
	Result  string    `json:"result"`
	At      time.Time `json:"at"`
	Message string    `json:"message"`
}

// load reads a service's state; one that was never written is empty.
func (i *Installer) load(name string) (state, error) {
	s := state{SchemaVersion: 1, Service: name}
	err := atomicfile.ReadJSON(i.Machine.StateFile(name), &s)
	if errors.Is(err, atomicfile.ErrDamaged) {
		// What serves stands in the registration; only what was before it is lost.
		i.Log.Warn("the state can't be read and is written anew", "error", err.Error())
		return state{SchemaVersion: 1, Service: name}, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return state{}, err
	}
	return s, nil
}

func (i *Installer) save(s state) error {
	if err := os.MkdirAll(i.Machine.ServiceFolder(s.Service), 0o755); err != nil {
		return err
	}
	return atomicfile.WriteJSON(i.Machine.StateFile(s.Service), s)
}

// note keeps how an installation ended, for `status`.
func (i *Installer) note(name string, last lastInstall) error {
	s, err := i.load(name)
	if err != nil {
		return err
	}
	s.LastInstall = last
	return i.save(s)
}

func (i *Installer) noteFailure(name string, err error) error {
	last := lastInstall{exitcode.Of(err).Result(), time.Now().UTC(), err.Error()}
	if exitcode.Of(err) == exitcode.FirstInstallGone { // nothing else is left of the service
		return i.save(state{SchemaVersion: 1, Service: name, LastInstall: last})
	}
	return i.note(name, last)
}

// record writes down that a release is in place, and drops releases that nobody needs any more.
func (i *Installer) record(r release, former *release) error {
	if r.Foreign == nil {
		if err := atomicfile.WriteJSON(filepath.Join(filepath.Dir(r.Program.Path), specFile), r.Spec); err != nil {
			return err
		}
	}
	s, err := i.load(r.name())
	if err != nil {
		return err
	}
	s.Version, s.Release, s.SpecHash = r.version(), r.ID, r.Spec.Hash()
	if former != nil && former.ID != r.ID {
		s.PreviousRelease = former.ID
	}
	s.LastInstall = lastInstall{exitcode.OK.Result(), time.Now().UTC(), describe(r, former)}
	if err := i.save(s); err != nil {
		return err
	}
	i.prune(r, s.PreviousRelease)
	i.pruneSecrets(r)
	return nil
}

func describe(r release, former *release) string {
	switch {
	case former == nil:
		return fmt.Sprintf("%s %s is in place and healthy (release %s)", r.name(), r.version(), r.ID)
	case former.ID == r.ID:
		return fmt.Sprintf("%s %s is in place and healthy again (release %s)", r.name(), r.version(), r.ID)
	default:
		return fmt.Sprintf("%s %s is in place and healthy (release %s, before it %s)", r.name(), r.version(), r.ID, former.ID)
	}
}

// prune keeps the running release, the previous one, and then the newest. A folder that can't be removed now is
// removed another time.
func (i *Installer) prune(r release, previous string) {
	folder := i.Machine.ReleasesFolder(r.name())
	entries, err := os.ReadDir(folder)
	if err != nil {
		i.Log.Warn("releases could not be listed", "error", err.Error())
		return
	}
	type old struct {
		id string
		at time.Time
	}
	var olds []old
	kept := 1
	for _, entry := range entries {
		info, err := entry.Info()
		switch {
		case err != nil || entry.Name() == r.ID:
		case entry.Name() == previous:
			kept++
		default:
			olds = append(olds, old{entry.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(olds, func(a, b old) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.id, b.id)) })
	for n, o := range olds {
		if kept+n < r.Spec.ReleasesToKeep {
			continue
		}
		i.Log.Info("removing an old release", "release", o.id)
		if err := atomicfile.RemoveAll(filepath.Join(folder, o.id)); err != nil {
			i.Log.Warn("an old release could not be removed", "release", o.id, "error", err.Error())
		}
	}
}

// query is a status, or nil for a service that doesn't exist.
func (i *Installer) query(ctx context.Context, name string) (*service.Status, error) {
	status, err := i.Manager.Query(ctx, name)
	if errors.Is(err, service.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &status, nil
}
