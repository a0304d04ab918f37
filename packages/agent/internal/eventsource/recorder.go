package eventsource

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Recorder stands in for the event log on a machine that has none: one file per service with its sources.
type Recorder struct {
	// Folder is the recorder's own.
	Folder string
}

var _ Sources = Recorder{}

func (r Recorder) file(service string) string { return filepath.Join(r.Folder, service+".json") }

func (r Recorder) Owned(_ context.Context, service string) ([]string, error) {
	var sources []string
	if err := atomicfile.ReadJSON(r.file(service), &sources); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return sources, nil
}

func (r Recorder) Complete(ctx context.Context, service string, sources []string) (bool, error) {
	known, err := r.Owned(ctx, service)
	return slices.Equal(known, sources), err
}

func (r Recorder) Replace(ctx context.Context, service string, sources []string) error {
	if len(sources) == 0 {
		return atomicfile.Remove(r.file(service))
	}
	if complete, err := r.Complete(ctx, service, sources); err == nil && complete {
		return nil
	}
	if err := os.MkdirAll(r.Folder, 0o755); err != nil {
		return err
	}
	return atomicfile.WriteJSON(r.file(service), sources)
}
