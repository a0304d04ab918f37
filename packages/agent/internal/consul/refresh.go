package consul

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

// Refresh looks into the vaults and puts new values in place while Consul runs. It tells whether something changed.
// Tokens and certificates count from the reload on. Gossip keeps the key that it has: another one is brought to all
// agents by `consul keyring`, as the agents of a datacenter change it together or not at all. The lock is the machine's: it
// is taken when there is something to change.
func (k *Keeper) Refresh(ctx context.Context, lock func(context.Context) (release func(), err error)) (bool, error) {
	known, err := k.load()
	if err != nil || known.Consul == nil {
		return false, err
	}
	files, err := k.renewed(ctx, known.installation)
	if err != nil || len(files) == 0 {
		return false, err
	}
	release, err := lock(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	if now, err := k.load(); err != nil || !now.Program.Equal(known.Program) {
		return false, err // an installation was quicker
	}
	return true, k.renew(ctx, known.installation, files)
}

// renewed are the files whose content is another one now.
func (k *Keeper) renewed(ctx context.Context, n installation) (map[string][]byte, error) {
	vault := k.Vault()
	vault.Attempts, vault.Propagation = 2, 0 // the former values are good
	values, err := readSecrets(ctx, vault, n.Consul.Secrets)
	if err != nil {
		return nil, err
	}
	files, err := k.configurationFiles(n, values)
	if err != nil {
		return nil, err
	}
	folder := k.layout().configuration(n.Configuration)
	maps.DeleteFunc(files, func(name string, text []byte) bool {
		present, err := os.ReadFile(filepath.Join(folder, name))
		return err == nil && bytes.Equal(present, text)
	})
	return files, nil
}

func (k *Keeper) renew(ctx context.Context, n installation, files map[string][]byte) error {
	if err := k.prepareConfiguration(ctx, n, files); err != nil {
		return err
	}
	k.Log.Info("files of Consul were renewed", "files", slices.Sorted(maps.Keys(files)))
	return k.reload(ctx, n)
}

// reload has Consul read its files again. One that is silent may have read them already and still look for servers, so it
// is told as soon as it answers.
func (k *Keeper) reload(ctx context.Context, n installation) error {
	if err := atomicfile.Write(k.layout().reloadFile(), nil); err != nil {
		return err
	}
	return k.reloadIfDue(ctx, n)
}

func (k *Keeper) reloadIfDue(ctx context.Context, n installation) error {
	client := k.client(n, agentToken)
	if !exists(k.layout().reloadFile()) || !answered(client.Ping(ctx)) {
		return nil
	}
	if err := client.Reload(ctx); err != nil {
		return fmt.Errorf("Consul doesn't take up its new files: %w", err)
	}
	return atomicfile.Remove(k.layout().reloadFile())
}

// Settle does what Consul couldn't be told while it was silent.
func (k *Keeper) Settle(ctx context.Context) error {
	known, err := k.load()
	if err != nil || known.Consul == nil {
		return err
	}
	return k.reloadIfDue(ctx, known.installation)
}
