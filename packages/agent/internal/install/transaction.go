package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
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

func (t *transaction) steps() []step {
	if t.Former == nil {
		return firstInstall
	}
	return upgrade
}

// undoneError says why an installation failed and how its undoing went.
type undoneError struct {
	step  string
	cause error
	undo  error // nil: everything is as before
}

func (e *undoneError) Error() string { return fmt.Sprintf("%s: %v", e.step, e.cause) }
func (e *undoneError) Unwrap() error { return e.cause }

func (t *transaction) run(ctx context.Context) error {
	for n, s := range t.steps() {
		t.Step = s.name
		err := atomicfile.WriteJSON(t.Machine.JournalFile(), t.journal)
		crashpoint("before " + s.name)
		if err == nil {
			t.Log.Info("step", "name", s.name, "service", t.Next.name(), "release", t.Next.ID)
			err = s.do(ctx, t)
		}
		crashpoint("after " + s.name)
		if exitcode.Of(err) == exitcode.ShuttingDown {
			return err // nothing can be started any more: the journal stays for the next start
		}
		if err != nil {
			t.Log.Error("step failed, going back", "name", s.name, "error", err.Error())
			// Going back is not interrupted: half-way there is nothing that serves.
			undo := t.undo(context.WithoutCancel(ctx), t.steps()[:n+1])
			return &undoneError{s.name, err, undo}
		}
	}
	t.forgetOrWarn()
	return nil
}

// undo takes the steps back, last first. One that fails doesn't keep the others from being undone. The journal stays
// when something failed, so that the next run tries again.
func (t *transaction) undo(ctx context.Context, steps []step) error {
	var failures []error
	for _, s := range slices.Backward(steps) {
		if s.undo == nil {
			continue
		}
		t.Log.Info("undo", "name", s.name, "service", t.Next.name())
		if err := s.undo(ctx, t); err != nil {
			t.Log.Error("undo failed", "name", s.name, "error", err.Error())
			failures = append(failures, fmt.Errorf("%s: %w", s.name, err))
		}
		crashpoint("undone " + s.name)
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	t.forgetOrWarn()
	return nil
}

// forgetOrWarn is for the end of a transaction: what serves is decided, and a journal that stays is carried out again
// with the same end.
func (t *transaction) forgetOrWarn() {
	if err := t.forget(); err != nil {
		t.Log.Warn("the journal could not be removed: the next run finishes this installation again", "error", err.Error())
	}
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
	last := slices.IndexFunc(t.steps(), func(s step) bool { return s.name == t.Step })
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
		return fmt.Sprintf("the interrupted installation of %s was finished", t.Next.ID), errors.Join(record.do(ctx, t), t.forget())
	}
	undo := t.undo(context.WithoutCancel(ctx), t.steps()[:last+1])
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
