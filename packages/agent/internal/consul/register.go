package consul

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/access"
	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Register has Consul know the services that a service of this machine declares, these and no others of it; none takes
// them all away. Without Consul on the machine it does nothing.
func (k *Keeper) Register(ctx context.Context, service string, declared []spec.ConsulService) error {
	known, err := k.load()
	if err != nil || known.Consul == nil {
		return err
	}
	registered := maps.Clone(known.Registered)
	if registered == nil {
		registered = map[string][]spec.ConsulService{}
	}
	delete(registered, service)
	if len(declared) > 0 {
		registered[service] = declared
	}
	files, err := k.registrationFiles(registered, known.Zone)
	if err != nil {
		return err
	}
	changed, err := k.registrationsDiffer(files)
	if err != nil {
		return err
	}
	if changed {
		if err := k.checkRegistrations(ctx, known.installation, files); err != nil {
			return err
		}
	}
	// Written down first: a crash between the two is put right by the next call.
	if err := k.edit(func(s *state) { s.Registered = registered }); err != nil {
		return err
	}
	if !changed {
		return nil
	}
	if err := k.writeRegistrations(files); err != nil {
		return err
	}
	k.Log.Info("registrations at Consul", "files", slices.Sorted(maps.Keys(files)))
	return k.reload(ctx, known.installation)
}

const (
	registrationPrefix = "service-"
	registrationSuffix = ".json"
)

func (k *Keeper) registrationFiles(registered map[string][]spec.ConsulService, zone string) (map[string][]byte, error) {
	files, owner := map[string][]byte{}, map[string]string{}
	for _, service := range slices.Sorted(maps.Keys(registered)) {
		for _, declared := range registered[service] {
			name := registrationPrefix + declared.ID() + registrationSuffix
			if other, taken := owner[name]; taken {
				return nil, fmt.Errorf("consul.services: %s and %s both declare the id %q: give one of them another", other, service, declared.ID())
			}
			owner[name] = service
			text, err := json.MarshalIndent(map[string]any{"service": k.onThisMachine(declared, zone)}, "", "  ")
			if err != nil {
				return nil, err
			}
			files[name] = append(text, '\n')
		}
	}
	return files, nil
}

// onThisMachine adds the zone to what callers read, unless it is declared, and takes away what Consul refuses here: on
// another system than Windows there are no Windows services to ask for.
func (k *Keeper) onThisMachine(declared spec.ConsulService, zone string) spec.ConsulService {
	adapted := maps.Clone(declared)
	if meta, _ := declared["meta"].(map[string]any); zone != "" && meta["zone"] == nil {
		meta = maps.Clone(meta)
		if meta == nil {
			meta = map[string]any{}
		}
		meta["zone"] = zone
		adapted["meta"] = meta
	}
	if checks, _ := declared["checks"].([]any); k.OS != "windows" {
		adapted["checks"] = slices.DeleteFunc(slices.Clone(checks), func(check any) bool {
			c, _ := check.(map[string]any)
			return c["os_service"] != nil
		})
	}
	return adapted
}

func (k *Keeper) registrationsDiffer(files map[string][]byte) (bool, error) {
	there, err := k.registrationsThere()
	if err != nil || len(there) != len(files) {
		return true, err
	}
	for _, name := range there {
		text, err := os.ReadFile(filepath.Join(k.layout().registrations(), name))
		if err != nil || !bytes.Equal(text, files[name]) {
			return true, nil
		}
	}
	return false, nil
}

func (k *Keeper) registrationsThere() ([]string, error) {
	entries, err := os.ReadDir(k.layout().registrations())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), registrationPrefix) {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// checkRegistrations has Consul read the files before they lie where it would not start with them.
func (k *Keeper) checkRegistrations(ctx context.Context, n installation, files map[string][]byte) error {
	if len(files) == 0 {
		return nil
	}
	folder := filepath.Join(k.layout().staging(), "services")
	defer atomicfile.RemoveAll(k.layout().staging())
	if err := errors.Join(atomicfile.RemoveAll(folder), os.MkdirAll(folder, 0o700)); err != nil {
		return err
	}
	if err := writeAll(folder, files); err != nil {
		return err
	}
	return k.validate(ctx, n.Program.Path, k.layout().configuration(n.Configuration), folder)
}

func (k *Keeper) writeRegistrations(files map[string][]byte) error {
	folder := k.layout().registrations()
	if err := access.Folder(folder, machine.ConsulService, access.Read); err != nil {
		return err
	}
	there, err := k.registrationsThere()
	if err != nil {
		return err
	}
	for _, name := range there {
		if files[name] == nil {
			if err := atomicfile.Remove(filepath.Join(folder, name)); err != nil {
				return err
			}
		}
	}
	return writeAll(folder, files)
}
