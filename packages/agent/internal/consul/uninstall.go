package consul

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Remove says farewell to the other agents, so that none of them waits for this one, and takes Consul off the machine with
// all that it has kept; its logs stay. One that isn't there is fine, and so is an interrupted run: it is repeated.
func (k *Keeper) Remove(ctx context.Context) (string, error) {
	if !exists(k.layout().ConsulFolder()) {
		return "Consul isn't installed: nothing to do", nil
	}
	known, err := k.load()
	if err != nil {
		return "", err
	}
	status, err := k.query(ctx)
	if err != nil {
		return "", err
	}
	if status != nil {
		former, err := k.running(status, known)
		if err != nil {
			return "", err
		}
		if status.Running() && former.Consul != nil {
			if err := k.client(former, agentToken).Leave(ctx); err != nil {
				k.Log.Warn("Consul could not say farewell: the others forget it by themselves", "error", err.Error())
			}
		}
		if err := k.end(ctx); err != nil {
			return "", fmt.Errorf("Consul could not be stopped: %w", err)
		}
		if err := notThere(k.Manager.Delete(ctx, machine.ConsulService)); err != nil {
			return "", fmt.Errorf("Consul could not be removed: %w", err)
		}
	}
	if err := errors.Join(k.Names.Ensure(""), k.Firewall.Replace(ctx, machine.ConsulService, nil), k.removeFolders()); err != nil {
		return "", fmt.Errorf("Consul no longer runs, but not all that belongs to it could be removed, run the command again: %w", err)
	}
	return fmt.Sprintf("Consul was uninstalled; its logs stay in %s", k.layout().logs()), nil
}

// removeFolders empties the folder of Consul's data, which may be a disk of its own, and removes all else.
func (k *Keeper) removeFolders() error {
	l := k.layout()
	kept, err := os.ReadDir(l.data())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	for _, entry := range kept {
		err = errors.Join(err, atomicfile.RemoveAll(filepath.Join(l.data(), entry.Name())))
	}
	if err != nil {
		return err
	}
	if _ = os.Remove(l.data()); !exists(l.data()) {
		return atomicfile.RemoveAll(l.ConsulFolder())
	}
	others, err := os.ReadDir(l.ConsulFolder())
	for _, entry := range others {
		if path := l.in(entry.Name()); path != l.data() {
			err = errors.Join(err, atomicfile.RemoveAll(path))
		}
	}
	return err
}

// Installed tells what is installed, and for whom; false where nothing is.
func (k *Keeper) Installed() (Wanted, bool) {
	known, err := k.load()
	return known.Wanted, err == nil && known.Consul != nil
}

// Due is what couldn't be prepared and is worth another attempt; nil where nothing is.
func (k *Keeper) Due() *Wanted {
	known, err := k.load()
	if err != nil {
		return nil
	}
	return known.Due
}
