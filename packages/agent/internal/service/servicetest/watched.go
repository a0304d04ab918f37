package servicetest

import (
	"context"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Watched tells of every call of a manager, queries too: "before start", and when it succeeded "after start". An error
// of Watch is what the caller sees: before the call nothing was changed, after it everything was. A Watch that never
// returns is a crash of the caller at this place.
type Watched struct {
	Manager service.Manager
	Watch   func(moment string) error
}

var _ service.Manager = Watched{}

func (w Watched) around(call string, do func() error) error {
	if err := w.Watch("before " + call); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return w.Watch("after " + call)
}

func (w Watched) Query(ctx context.Context, name string) (status service.Status, err error) {
	err = w.around("query", func() error {
		status, err = w.Manager.Query(ctx, name)
		return err
	})
	return status, err
}

func (w Watched) Create(ctx context.Context, name string, settings service.Settings, program service.Program) error {
	return w.around("create", func() error { return w.Manager.Create(ctx, name, settings, program) })
}

func (w Watched) Configure(ctx context.Context, name string, settings service.Settings) error {
	return w.around("configure", func() error { return w.Manager.Configure(ctx, name, settings) })
}

func (w Watched) SetProgram(ctx context.Context, name string, program service.Program) error {
	return w.around("set-program", func() error { return w.Manager.SetProgram(ctx, name, program) })
}

func (w Watched) Start(ctx context.Context, name string) error {
	return w.around("start", func() error { return w.Manager.Start(ctx, name) })
}

func (w Watched) Stop(ctx context.Context, name string) error {
	return w.around("stop", func() error { return w.Manager.Stop(ctx, name) })
}

func (w Watched) Kill(ctx context.Context, name string) error {
	return w.around("kill", func() error { return w.Manager.Kill(ctx, name) })
}

func (w Watched) Delete(ctx context.Context, name string) error {
	return w.around("delete", func() error { return w.Manager.Delete(ctx, name) })
}
