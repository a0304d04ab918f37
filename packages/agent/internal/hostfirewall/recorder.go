package hostfirewall

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Recorder stands in for the firewall of Windows on a machine that has none: it writes down what would be let in, one
// file per service, for whoever forwards flows to the machine.
type Recorder struct {
	// Folder is the recorder's own.
	Folder string
}

var _ Firewall = Recorder{}

func (r Recorder) file(service string) string { return filepath.Join(r.Folder, service+".json") }

func (r Recorder) Rules(_ context.Context, service string) ([]Rule, error) {
	var rules []Rule
	if err := atomicfile.ReadJSON(r.file(service), &rules); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return rules, nil
}

func (r Recorder) Replace(ctx context.Context, service string, rules []Rule) error {
	if len(rules) == 0 {
		return atomicfile.Remove(r.file(service))
	}
	if known, err := r.Rules(ctx, service); err == nil && Same(known, rules) {
		return nil
	}
	if err := os.MkdirAll(r.Folder, 0o755); err != nil {
		return err
	}
	return atomicfile.WriteJSON(r.file(service), sorted(rules))
}
