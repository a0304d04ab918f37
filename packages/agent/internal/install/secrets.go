package install

import (
	"context"
	"errors"
	"fmt"

	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets"
)

// deliver puts the release's secrets in place, between the two processes: no process sees another release's values. A
// release without secrets leaves the former ones alone, for the way back, until it is good.
var deliver = step{
	Name: "secrets",
	Do: func(_ context.Context, t *transaction) error {
		if t.NextSecrets == "" {
			return nil
		}
		return secrets.Switch(t.Machine, t.Next.name(), t.NextSecrets)
	},
	Undo: func(_ context.Context, t *transaction) error {
		return secrets.Switch(t.Machine, t.Next.name(), t.FormerSecrets)
	},
}

// stageSecrets brings the declared values to this machine. A vault that can't be reached doesn't hold up a release
// whose values are here already; a secret that is wrong or missing does.
func (i *Installer) stageSecrets(ctx context.Context, r release) (former, next string, err error) {
	former, err = secrets.Current(i.Machine, r.name())
	if err != nil {
		return "", "", err
	}
	staged, err := secrets.Stage(ctx, i.Machine, r.Spec, i.Log)
	var kept *secrets.KeptError
	if errors.As(err, &kept) && kept.Unreachable {
		i.Log.Warn("the vault can't be reached", "error", err.Error())
		err = nil
	}
	if err != nil {
		return "", "", fmt.Errorf("secrets: %w", err)
	}
	return former, staged.Version, nil
}

// renewSecrets is for a process that goes on.
func (i *Installer) renewSecrets(ctx context.Context, r release) error {
	_, next, err := i.stageSecrets(ctx, r)
	if err != nil {
		return err
	}
	if err := secrets.Switch(i.Machine, r.name(), next); err != nil {
		return err
	}
	i.pruneSecrets(r)
	return nil
}

// pruneSecrets removes values that nobody reads any more. What can't be removed now is removed another time.
func (i *Installer) pruneSecrets(r release) {
	err := secrets.Prune(i.Machine, r.name())
	if !secrets.Declared(r.Spec) {
		err = secrets.Switch(i.Machine, r.name(), "")
	}
	if err != nil {
		i.Log.Warn("former secrets could not be removed", "error", err.Error())
	}
}
