package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/steps"
)

// journal is what a run must know to finish or undo another run's installation.
type journal struct {
	SchemaVersion int       `json:"schemaVersion"`
	StartedAt     time.Time `json:"startedAt"`
	// Step is the last step that was begun.
	Step string `json:"step"`
	// Former is the release to go back to; nil in a first installation.
	Former *release `json:"former"`
	Next   release  `json:"next"`
	// FormerSecrets and NextSecrets are the versions of the secrets' files; the values stand nowhere but in those.
	FormerSecrets string `json:"formerSecrets,omitempty"`
	NextSecrets   string `json:"nextSecrets,omitempty"`
	// FormerExposure is what to go back to.
	FormerExposure exposure `json:"formerExposure"`
}

const journalVersion = 1

// transaction carries out a table of steps and writes down each one before it begins it.
type transaction struct {
	*Installer
	journal
}

func (t *transaction) plan() steps.Plan[*transaction] {
	p := steps.Plan[*transaction]{
		Steps: upgrade, Subject: t, Forget: t.forget, Log: t.Log,
		Begin: func(step string) error {
			t.Step = step
			return atomicfile.WriteJSON(t.Machine.JournalFile(), t.journal)
		},
	}
	if t.Next.Spec != nil { // else another version's journal
		p.About = []any{"service", t.Next.name(), "release", t.Next.ID}
	}
	if t.Former == nil {
		p.Steps = firstInstall
	}
	return p
}

func (t *transaction) forget() error {
	return atomicfile.Remove(t.Machine.JournalFile())
}

// interrupted is the transaction that a killed run or a power cut left, with the index of its last step; nil when there
// is none.
func (i *Installer) interrupted(ctx context.Context) (*transaction, int, error) {
	t := &transaction{Installer: i}
	err := atomicfile.ReadJSON(i.Machine.JournalFile(), &t.journal)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if errors.Is(err, atomicfile.ErrDamaged) {
		return nil, 0, i.withoutJournal(ctx, err)
	}
	if err != nil {
		return nil, 0, err
	}
	last := t.plan().Index(t.Step)
	if t.SchemaVersion != journalVersion || last < 0 {
		return nil, 0, fmt.Errorf("%s was written by another version of the agent (schema %d, step %q): run that version's install once more", i.Machine.JournalFile(), t.SchemaVersion, t.Step)
	}
	if _, err := i.query(ctx, t.Next.name()); err != nil {
		return nil, 0, err // without the service manager nothing can be put right; the journal stays
	}
	i.Log.Warn("an installation was interrupted", "service", t.Next.name(), "release", t.Next.ID, "step", t.Step, "startedAt", t.StartedAt)
	return t, last, nil
}

// putRight finishes or undoes an interrupted installation and notes how that went.
func (i *Installer) putRight(ctx context.Context, t *transaction, last int) (string, error) {
	if t.Step == recordName {
		return fmt.Sprintf("the interrupted installation of %s was finished", t.Next.ID), errors.Join(record.Do(ctx, t), t.forget())
	}
	undo := t.plan().Undo(context.WithoutCancel(ctx), last)
	message := fmt.Sprintf("the installation of %s was interrupted at the step %q and undone", t.Next.ID, t.Step)
	if undo != nil {
		undo = fmt.Errorf("the installation of %s was interrupted at the step %q and could not be undone: %w", t.Next.ID, t.Step, undo)
		message = undo.Error()
		i.Log.Error(message)
	}
	note := i.note(t.Next.name(), lastInstall{Result: "interrupted", At: time.Now().UTC(), Message: message})
	return message, errors.Join(undo, note)
}

// recoverInterrupted puts an interrupted installation right before another one. A former release that can't be brought
// back doesn't stop the installation that was asked for: that may be the cure.
func (i *Installer) recoverInterrupted(ctx context.Context) error {
	t, last, err := i.interrupted(ctx)
	if err != nil || t == nil {
		return err
	}
	if _, err := i.putRight(ctx, t, last); err != nil {
		if t.Step == recordName {
			return err
		}
		i.Log.Warn("going on with the installation that was asked for", "error", err.Error())
	}
	return t.forget()
}
