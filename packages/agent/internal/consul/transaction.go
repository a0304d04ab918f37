package consul

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/steps"
)

// journal is what a run must know to finish or undo another run's installation of Consul.
type journal struct {
	SchemaVersion int       `json:"schemaVersion"`
	StartedAt     time.Time `json:"startedAt"`
	// Step is the last step that was begun.
	Step string `json:"step"`
	// Former is what to go back to; nil in a first installation.
	Former *installation `json:"former"`
	Next   installation  `json:"next"`
	// FormerAnswered and Answers tell whether each was reached.
	FormerAnswered bool `json:"formerAnswered"`
	Answers        bool `json:"answers"`
}

const journalVersion = 1

// transaction carries out a table of steps and writes down each one before it begins it.
type transaction struct {
	*Keeper
	journal
}

func (t *transaction) plan() steps.Plan[*transaction] {
	p := steps.Plan[*transaction]{
		Steps: exchange, Subject: t, Forget: t.forget, Place: "consul ",
		Log: t.Log, About: []any{"service", machine.ConsulService, "build", t.Next.Build, "configuration", t.Next.Configuration},
		Begin: func(step string) error {
			t.Step = step
			return atomicfile.WriteJSON(t.layout().journalFile(), t.journal)
		},
	}
	if t.Former == nil {
		p.Steps = firstInstall
	}
	return p
}

func (t *transaction) forget() error { return atomicfile.Remove(t.layout().journalFile()) }

// Recover finishes or undoes an installation that was cut off, and tells whether there was one.
func (k *Keeper) Recover(ctx context.Context) (bool, error) {
	t := &transaction{Keeper: k}
	err := atomicfile.ReadJSON(k.layout().journalFile(), &t.journal)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if errors.Is(err, atomicfile.ErrDamaged) {
		// The registration says what shall run, and the switch to it was one write.
		k.Log.Error("the journal of Consul can't be read: whatever is registered stays", "error", err.Error())
		return true, atomicfile.Rename(k.layout().journalFile(), k.layout().journalFile()+".damaged")
	}
	if err != nil {
		return false, err
	}
	last := t.plan().Index(t.Step)
	if t.SchemaVersion != journalVersion || last < 0 {
		return false, fmt.Errorf("%s was written by another version of the agent (schema %d, step %q): run that version's install once more", k.layout().journalFile(), t.SchemaVersion, t.Step)
	}
	k.Log.Warn("an installation of Consul was interrupted", "build", t.Next.Build, "step", t.Step, "startedAt", t.StartedAt)
	if t.Step == recordName {
		return true, errors.Join(record.Do(ctx, t), t.forget())
	}
	undo := t.plan().Undo(context.WithoutCancel(ctx), last)
	message := fmt.Sprintf("the installation of Consul was interrupted at the step %q and undone", t.Step)
	if undo != nil {
		undo = fmt.Errorf("the installation of Consul was interrupted at the step %q and could not be undone: %w", t.Step, undo)
		message = undo.Error()
	}
	note := k.edit(func(s *state) { s.Last = LastInstall{"interrupted", time.Now().UTC(), message} })
	return true, errors.Join(undo, note)
}
