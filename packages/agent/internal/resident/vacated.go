package resident

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
)

// vacated prepares the services of the machine for an event, and takes back only what it did itself: a drain that a
// person asked for stays.
type vacated struct{ resident *Resident }

// part is what was done to one service.
type part struct {
	Drained bool `json:"drained"`
	Stopped bool `json:"stopped"`
}

func (v *vacated) file() string {
	return filepath.Join(v.resident.Installer.Machine.RunFolder(), "vacated.json")
}

func (v *vacated) load() (map[string]part, error) {
	parts := map[string]part{}
	err := atomicfile.ReadJSON(v.file(), &parts)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return parts, err
}

func (v *vacated) Prepare(ctx context.Context, deadline time.Time, stop bool) error {
	installer := v.resident.Installer
	services, err := installer.Supervised(ctx)
	if err != nil {
		return err
	}
	parts, err := v.load()
	if err != nil {
		return err
	}
	var concerned []install.Supervised
	for _, s := range services {
		name := s.Spec.Service.Name
		if !s.Spec.Resident.ScheduledEvents.Enabled || !s.Status.Running() {
			continue
		}
		before := parts[name]
		parts[name] = part{Drained: before.Drained || !installer.Drained(name), Stopped: before.Stopped || stop}
		concerned = append(concerned, s)
	}
	// Before anything is done: what is written here is taken back after a power cut too.
	if err := atomicfile.WriteJSON(v.file(), parts); err != nil {
		return err
	}
	if stop && !deadline.IsZero() {
		// Half of the notice belongs to the stop: an evicted machine has 30 s for both.
		deadline = time.Now().Add(time.Until(deadline) / 2)
	}
	var failures []error
	for _, s := range concerned {
		failures = append(failures, installer.Vacate(ctx, s.Spec, deadline, stop))
	}
	return errors.Join(failures...)
}

func (v *vacated) Resume(ctx context.Context) error {
	parts, err := v.load()
	if err != nil {
		return err
	}
	var failures []error
	for name, p := range parts {
		failures = append(failures, v.resident.Installer.Reoccupy(ctx, name, p.Drained, p.Stopped))
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	if err := os.Remove(v.file()); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
