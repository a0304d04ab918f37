// Package steps changes a machine by a table of steps that is written down on the way: whoever finds it cut off, by a kill
// or a power cut, takes it back or finishes it.
package steps

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/windows-ha/windows-ha/packages/agent/internal/crashpoint"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

// Step is one change of the machine. Do and Undo may find it done, half done or not done at all, and must end in the same
// place: after a crash nobody knows how far it came.
type Step[T any] struct {
	Name string
	Do   func(context.Context, T) error
	Undo func(context.Context, T) error // nil: nothing to take back
}

// Plan is a table of steps that is carried out on a subject.
type Plan[T any] struct {
	Steps   []Step[T]
	Subject T
	// Begin writes down which step comes next, before it begins.
	Begin func(step string) error
	// Forget removes what was written down: what serves is decided.
	Forget func() error
	// Place precedes the steps' names where tests cut the power.
	Place string
	Log   *slog.Logger
	// About are the pairs of a log entry that say what changes.
	About []any
}

func (p Plan[T]) info(message, step string) {
	p.Log.Info(message, append([]any{"name", step}, p.About...)...)
}

// Error says why a plan failed and how its undoing went.
type Error struct {
	Step  string
	Cause error
	// Undone is nil when everything is as before.
	Undone error
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Cause) }
func (e *Error) Unwrap() error { return e.Cause }

// Run carries out all steps, or takes back those that it has begun and returns an [Error].
func (p Plan[T]) Run(ctx context.Context) error {
	for n, s := range p.Steps {
		err := p.Begin(s.Name)
		crashpoint.At("before " + p.Place + s.Name)
		if err == nil {
			p.info("step", s.Name)
			err = s.Do(ctx, p.Subject)
		}
		crashpoint.At("after " + p.Place + s.Name)
		if exitcode.Of(err) == exitcode.ShuttingDown {
			return err // nothing can be started any more: what is written down stays for the next start
		}
		if err != nil {
			p.Log.Error("step failed, going back", "name", s.Name, "error", err.Error())
			// Going back is not interrupted: half-way there is nothing that serves.
			return &Error{s.Name, err, p.Undo(context.WithoutCancel(ctx), n)}
		}
	}
	p.ForgetOrWarn()
	return nil
}

// Undo takes back the steps up to a last one, last first. One that fails doesn't keep the others from being undone. What
// is written down stays when something failed, so that the next run tries again.
func (p Plan[T]) Undo(ctx context.Context, last int) error {
	var failures []error
	for _, s := range slices.Backward(p.Steps[:last+1]) {
		if s.Undo == nil {
			continue
		}
		p.info("undo", s.Name)
		if err := s.Undo(ctx, p.Subject); err != nil {
			p.Log.Error("undo failed", "name", s.Name, "error", err.Error())
			failures = append(failures, fmt.Errorf("%s: %w", s.Name, err))
		}
		crashpoint.At("undone " + p.Place + s.Name)
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	p.ForgetOrWarn()
	return nil
}

// ForgetOrWarn is for the end: what stays written down is carried out again with the same end.
func (p Plan[T]) ForgetOrWarn() {
	if err := p.Forget(); err != nil {
		p.Log.Warn("the journal could not be removed: the next run finishes this installation again", "error", err.Error())
	}
}

// Index is where a step stands in the plan, or -1.
func (p Plan[T]) Index(name string) int {
	return slices.IndexFunc(p.Steps, func(s Step[T]) bool { return s.Name == name })
}
