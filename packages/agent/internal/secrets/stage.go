package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/lock"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// KeptError says that former values stay in use, because their vault gave no new ones.
type KeptError struct {
	// Unreachable: the vaults may answer later; else the declared secrets themselves are wrong.
	Unreachable bool
	err         error
}

func (e *KeptError) Error() string { return "the former values stay in use: " + e.err.Error() }

// Unwrap is the reason.
func (e *KeptError) Unwrap() error { return e.err }

// Staged is a version that is complete on this machine.
type Staged struct {
	// Version is empty when the document declares no secrets. It is the current one when nothing changed.
	Version string
	// Changed are the variables whose files have other contents than now.
	Changed []string
}

// Refresh looks into the vaults and puts new values in place while the service runs. It returns the variables whose
// files changed. Values that can't be had stay as they are, and the error (a [KeptError]) says why. Call it without the
// machine's lock: it takes the lock itself when there is something to change, and changes nothing while an installation
// goes on.
func Refresh(ctx context.Context, m machine.Machine, s *spec.AgentSpec, log *slog.Logger) (changed []string, err error) {
	staged, err := Stage(ctx, m, s, log)
	var kept *KeptError
	if err != nil && !errors.As(err, &kept) {
		return nil, err
	}
	if current, currentErr := Current(m, s.Service.Name); currentErr != nil || current == staged.Version {
		return nil, errors.Join(err, currentErr)
	}
	release, lockErr := lock.AcquireResident(ctx, m.LockFile())
	if lockErr != nil {
		return nil, errors.Join(lockErr, atomicfile.RemoveAll(filepath.Join(versionsOf(m, s.Service.Name), staged.Version)))
	}
	defer release()
	if err := Switch(m, s.Service.Name, staged.Version); err != nil {
		return nil, err
	}
	log.Info("secrets were renewed", "service", s.Service.Name, "variables", staged.Changed)
	if err := Prune(m, s.Service.Name); err != nil {
		log.Warn("former secrets could not be removed yet", "error", err.Error())
	}
	return staged.Changed, err
}

// Stage reads the declared secrets and writes a version beside the current one, if it differs. While a value is still
// missing on this machine, it waits for roles that are on their way; else it is quick to keep the former ones.
func Stage(ctx context.Context, m machine.Machine, s *spec.AgentSpec, log *slog.Logger) (Staged, error) {
	if !Declared(s) {
		return Staged{}, nil
	}
	former, err := readCurrent(m, s.Service.Name)
	if err != nil {
		return Staged{}, err
	}
	client := keyvault.NewClient(log, m.MetadataAddress, identity.NewSource(m.MetadataAddress).Token)
	wishes := wishesOf(s)
	if !slices.ContainsFunc(wishes, func(w wish) bool { return !former.has(w) }) {
		client.Attempts, client.Propagation = 2, 0
	}
	next := version{index: map[string]string{}, files: map[string][]byte{}}
	var failures, kept []error
	unreachable := true
	for _, w := range wishes {
		files, err := w.fetch(ctx, client, log)
		if ctx.Err() != nil {
			return Staged{}, err
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", w.key, err)
			if !former.has(w) {
				failures = append(failures, err)
				continue
			}
			var passing keyvault.UnavailableError
			unreachable = unreachable && errors.As(err, &passing)
			kept = append(kept, err)
			files = former.of(w)
		}
		maps.Copy(next.files, files)
		next.index[w.key] = w.url
	}
	if len(failures) > 0 {
		return Staged{}, errors.Join(failures...)
	}
	id, err := next.write(m, s.Service.Name, former)
	if err == nil && len(kept) > 0 {
		err = &KeptError{unreachable, errors.Join(kept...)}
	}
	return Staged{id, changed(wishes, former, next)}, err
}

// changed are the variables whose files differ.
func changed(wishes []wish, former, next version) []string {
	variables := []string{}
	for _, w := range wishes {
		for file, variable := range w.variables {
			if content, there := former.files[file]; !there || !bytes.Equal(content, next.files[file]) {
				variables = append(variables, variable)
			}
		}
	}
	slices.Sort(variables)
	return variables
}
