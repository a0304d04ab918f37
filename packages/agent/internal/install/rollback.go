package install

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Rollback makes a release serve that is on the machine already: the previous one, or the one of a version or a release
// id. It is the same transaction as an installation. An empty name means the only service.
func (i *Installer) Rollback(ctx context.Context, name, to string) (string, error) {
	return i.locked(ctx, func() (string, error) {
		current, err := i.settledRelease(ctx, name)
		if err != nil {
			return "", err
		}
		next, err := i.kept(current, to)
		if err != nil {
			return "", err
		}
		done, err := i.bring(ctx, next)
		if err != nil {
			return "", err
		}
		return i.withResident(ctx, done), nil
	})
}

// kept is the release to go back to.
func (i *Installer) kept(current release, to string) (release, error) {
	known, err := i.load(current.name())
	if err != nil {
		return release{}, err
	}
	releases, err := i.keptReleases(current.name())
	if err != nil {
		return release{}, err
	}
	adopted, err := i.adopted(current.name())
	if err != nil {
		return release{}, err
	}
	var offered []string
	if adopted != nil && current.Foreign == nil {
		offered = append(offered, asRegistered)
		if to == "" && known.PreviousRelease == asRegistered || to == asRegistered {
			return i.asRegistered(current, adopted), nil
		}
	}
	for _, r := range releases {
		if r.ID == current.ID {
			continue
		}
		offered = append(offered, r.ID)
		if to == "" && r.ID == known.PreviousRelease || to != "" && (r.ID == to || r.version() == to) {
			return i.declared(r.Spec)
		}
	}
	wanted := "the previous release"
	if to != "" {
		wanted = "--to " + to
	}
	if len(offered) == 0 {
		return release{}, exitcode.Errorf(exitcode.NotPrepared, "%s of %s isn't on this machine, and no other than the running %s is: install the wanted version", wanted, current.name(), current.ID)
	}
	return release{}, exitcode.Errorf(exitcode.NotPrepared, "%s of %s isn't on this machine; allowed: --to %s", wanted, current.name(), strings.Join(offered, ", "))
}

// keptReleases are the complete releases on the machine, the newest first.
func (i *Installer) keptReleases(name string) ([]release, error) {
	folder := i.Machine.ReleasesFolder(name)
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	at := map[string]time.Time{}
	var releases []release
	for _, entry := range entries {
		r := release{ID: entry.Name(), Spec: new(spec.AgentSpec)}
		info, err := entry.Info()
		if err == nil {
			err = atomicfile.ReadJSON(filepath.Join(folder, r.ID, specFile), r.Spec)
		}
		if err != nil {
			i.Log.Warn("a release can't be gone back to", "release", r.ID, "error", err.Error())
			continue
		}
		at[r.ID] = info.ModTime()
		releases = append(releases, r)
	}
	slices.SortFunc(releases, func(a, b release) int {
		return cmp.Or(at[b.ID].Compare(at[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return releases, nil
}

// named is a document that says no more than whose it is.
func named(service string) *spec.AgentSpec {
	return &spec.AgentSpec{Service: spec.Service{Name: service}}
}
