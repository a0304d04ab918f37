package scheduledevents

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// action is what an event asks of the machine. A type that isn't in the table, as Freeze, needs nothing: the machine
// pauses for seconds and goes on with its connections.
type action struct{ stop bool }

var actions = map[string]action{
	"Reboot":    {}, // the service stops with the system
	"Redeploy":  {},
	"Preempt":   {stop: true}, // the machine doesn't come back
	"Terminate": {stop: true},
}

// patience is how long a drained service waits for a metadata service that has fallen silent. Longer than the first
// answer may take; after that, serving is better than waiting for ever.
const patience = firstAnswer + 30*time.Second

// Services are the services of this machine.
type Services interface {
	// Prepare makes them "not ready", waits as long as a drain takes, at most until the deadline (zero: none), and
	// stops them when asked to. It may be called again after an interruption. The names are what it changed.
	Prepare(ctx context.Context, deadline time.Time, stop bool) error
	// Resume takes back what Prepare did.
	Resume(ctx context.Context) error
}

// handled is an event that was acted on, on disk: the machine may restart in the middle.
type handled struct {
	Type     string    `json:"type"`
	At       time.Time `json:"at"`
	Prepared bool      `json:"prepared"`
	Approved bool      `json:"approved"`
}

// Watcher follows the events of one machine.
type Watcher struct {
	Client   *Client
	Services Services
	// Machine is the computer's name, for when the metadata service doesn't tell the virtual machine's.
	Machine string
	// File keeps what was done over restarts.
	File string
	Log  *slog.Logger
	// Now is the clock.
	Now func() time.Time

	name    string
	record  map[string]handled
	noted   map[string]bool // events that need nothing, logged once
	silent  time.Time       // since when nobody answers
	problem string
}

// Status is what `status` shows.
type Status struct {
	// Machine is the name that events know it by.
	Machine string `json:"machine"`
	// Problem says why the events are unknown; empty when they are known.
	Problem string `json:"problem,omitempty"`
	// Handling are the ids of the events that the services are prepared for, with their types.
	Handling map[string]string `json:"handling"`
}

// Status tells how the last question went.
func (w *Watcher) Status() Status {
	handling := map[string]string{}
	for id, h := range w.record {
		handling[id] = h.Type
	}
	return Status{w.name, w.problem, handling}
}

// Step asks once and does what the answer needs. It returns only errors that the next step can't cure by itself.
func (w *Watcher) Step(ctx context.Context) error {
	if err := w.load(); err != nil {
		return err
	}
	document, err := w.ask(ctx)
	if err != nil {
		return w.withoutAnswer(ctx, err)
	}
	if w.problem != "" {
		w.Log.Info("scheduled events are known again")
	}
	w.problem, w.silent = "", time.Time{}
	mine := map[string]Event{}
	for _, event := range document.Events {
		if event.names(w.name) {
			mine[event.EventID] = event
		}
	}
	for _, id := range slices.Sorted(maps.Keys(mine)) {
		if err := w.handle(ctx, mine[id]); err != nil {
			return err
		}
	}
	gone := func(id string, _ handled) bool { _, there := mine[id]; return !there }
	maps.DeleteFunc(w.noted, func(id string, _ bool) bool { return gone(id, handled{}) })
	return w.forget(ctx, gone)
}

func (w *Watcher) ask(ctx context.Context) (Document, error) {
	if w.name == "" {
		name, err := w.Client.MachineName(ctx)
		if err != nil {
			// Not kept: the next question may be answered, and only Azure knows the name for sure.
			w.Log.Debug("the computer's name stands in", "error", err.Error())
			document, eventsErr := w.Client.Events(ctx)
			if eventsErr == nil {
				w.name = w.Machine
			}
			return document, eventsErr
		}
		w.name = name
	}
	return w.Client.Events(ctx)
}

func (w *Watcher) withoutAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if w.problem == "" {
		w.silent = w.Now()
		w.Log.Warn("scheduled events are unknown", "error", err.Error())
	}
	w.problem = err.Error()
	if len(w.record) > 0 && w.Now().Sub(w.silent) > patience {
		w.Log.Warn("the metadata service stays silent: the services that were prepared for an event serve again", "after", patience.String())
		return w.forget(ctx, func(string, handled) bool { return true })
	}
	return nil
}

func (w *Watcher) handle(ctx context.Context, event Event) error {
	act, known := actions[event.EventType]
	if !known {
		if !w.noted[event.EventID] {
			w.Log.Info("a scheduled event needs nothing", "id", event.EventID, "type", event.EventType, "status", event.EventStatus, "seconds", event.DurationInSeconds)
			w.noted[event.EventID] = true
		}
		return nil
	}
	done, seen := w.record[event.EventID]
	if !seen {
		w.Log.Warn("a scheduled event for this machine", "id", event.EventID, "type", event.EventType, "status", event.EventStatus,
			"notBefore", event.NotBefore, "description", event.Description)
		done = handled{Type: event.EventType, At: w.Now().UTC()}
		// Before the services change: what stands here is taken back when the event has gone.
		if err := w.write(event.EventID, done); err != nil {
			return err
		}
	}
	if !done.Prepared {
		if err := w.Services.Prepare(ctx, event.Begins(), act.stop); err != nil {
			return fmt.Errorf("event %s (%s): the services could not be prepared: %w", event.EventID, event.EventType, err)
		}
		done.Prepared = true
		if err := w.write(event.EventID, done); err != nil {
			return err
		}
	}
	if done.Approved || event.EventStatus != "Scheduled" {
		return nil
	}
	if len(event.Resources) > 1 {
		// An approval counts for all machines of the event, and the others may not be ready.
		w.Log.Warn("the event names other machines too: Azure begins it in its own time", "id", event.EventID, "notBefore", event.NotBefore)
	} else if err := w.Client.Approve(ctx, event.EventID); err != nil {
		return fmt.Errorf("event %s (%s) could not be approved: %w", event.EventID, event.EventType, err)
	} else {
		w.Log.Warn("the machine is prepared and the event approved", "id", event.EventID, "type", event.EventType)
	}
	done.Approved = true
	return w.write(event.EventID, done)
}

// forget drops events that are over; after the last one the services serve again.
func (w *Watcher) forget(ctx context.Context, over func(string, handled) bool) error {
	left := maps.Clone(w.record)
	maps.DeleteFunc(left, over)
	if len(left) == len(w.record) {
		return nil
	}
	if len(left) == 0 {
		if err := w.Services.Resume(ctx); err != nil {
			return fmt.Errorf("the services could not be brought back after an event: %w", err)
		}
		w.Log.Info("no scheduled event is left, the services serve again")
	}
	if err := atomicfile.WriteJSON(w.File, left); err != nil {
		return err
	}
	w.record = left
	return nil
}

func (w *Watcher) load() error {
	if w.record != nil {
		return nil
	}
	w.noted = map[string]bool{}
	record := map[string]handled{}
	if err := atomicfile.ReadJSON(w.File, &record); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	w.record = record
	return nil
}

func (w *Watcher) write(id string, done handled) error {
	changed := maps.Clone(w.record)
	changed[id] = done
	if err := atomicfile.WriteJSON(w.File, changed); err != nil {
		return err
	}
	w.record = changed
	return nil
}

// Equal tells whether two states say the same.
func (s Status) Equal(other Status) bool {
	return s.Machine == other.Machine && s.Problem == other.Problem && maps.Equal(s.Handling, other.Handling)
}
