package install

import (
	"context"
	"errors"
	"fmt"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// withoutJournal is for a journal that can't be read, as only something else than the agent leaves one: the registration
// still says which release shall run, and the switch to it is one write. So whatever is registered is let run.
func (i *Installer) withoutJournal(ctx context.Context, damage error) error {
	i.Log.Error("the journal can't be read: whatever is registered is started", "error", damage.Error())
	names, err := i.services()
	if err != nil {
		return err
	}
	for _, name := range names {
		status, err := i.query(ctx, name)
		if err != nil {
			return err
		}
		if status == nil {
			continue
		}
		if _, err := i.registered(status.Program, release{Spec: &spec.AgentSpec{Service: spec.Service{Name: name}}}); err != nil {
			continue // somebody else's
		}
		if err := i.undrain(name); err != nil {
			return err
		}
		if err := i.Manager.Start(context.WithoutCancel(ctx), name); err != nil && !errors.Is(err, service.ErrNotFound) {
			return fmt.Errorf("%s could not be started after its installation was cut off: %w", name, err)
		}
	}
	return i.putJournalAside()
}

// putJournalAside keeps it for whoever wants to know what happened.
func (i *Installer) putJournalAside() error {
	return atomicfile.Rename(i.Machine.JournalFile(), i.Machine.JournalFile()+".damaged")
}
