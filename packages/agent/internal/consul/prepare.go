package consul

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/access"
	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/executable"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// clientPropagation bounds how long a service's installation waits for the role of Consul's secrets. The resident part
// tries again later.
const clientPropagation = time.Minute

// prepare makes the program and the configuration complete beside those that run, and has Consul itself check the
// configuration: what it refuses there never stops what runs.
func (k *Keeper) prepare(ctx context.Context, n installation) error {
	l := k.layout()
	defer atomicfile.RemoveAll(l.staging())
	if err := errors.Join(
		atomicfile.RemoveAll(l.staging()), os.MkdirAll(l.staging(), 0o755), os.MkdirAll(l.versions(), 0o755), os.MkdirAll(l.configurations(), 0o755),
		access.Folder(l.data(), machine.ConsulService, access.Modify),
		access.Folder(l.logs(), machine.ConsulService, access.Modify),
		access.Folder(l.registrations(), machine.ConsulService, access.Read),
	); err != nil {
		return fmt.Errorf("folders of Consul: %w", err)
	}
	if err := k.prepareProgram(ctx, n); err != nil {
		return err
	}
	vault := k.Vault()
	if n.Server == nil {
		vault.Propagation = min(vault.Propagation, clientPropagation)
	}
	values, err := readSecrets(ctx, vault, n.Consul.Secrets)
	if err != nil {
		return err
	}
	files, err := k.configurationFiles(n, values)
	if err != nil {
		return err
	}
	return k.prepareConfiguration(ctx, n, files)
}

// prepareProgram unpacks the program into a folder that is complete or absent: it gets its name by one rename.
func (k *Keeper) prepareProgram(ctx context.Context, n installation) error {
	if _, err := os.Stat(n.Program.Path); err == nil {
		k.Log.Info("this Consul is on the machine already", "version", n.Consul.Version)
		return nil
	}
	declared, err := n.Consul.Program(k.OS, k.Arch)
	if err != nil {
		return err
	}
	staging := filepath.Join(k.layout().staging(), n.Build)
	archive := filepath.Join(k.layout().staging(), "consul.zip")
	if err := os.MkdirAll(staging, 0o755); err != nil {
		return err
	}
	if err := k.Download(ctx, download.Source{Address: declared.URL, SHA256: declared.SHA256}, archive); err != nil {
		return err
	}
	program := filepath.Join(staging, k.executable())
	if err := unpack(archive, k.executable(), program); err != nil {
		return fmt.Errorf("the zip file %s: %w", download.Redact(declared.URL), err)
	}
	if err := executable.Check(program, k.OS, k.Arch); err != nil {
		return err
	}
	folder := filepath.Dir(n.Program.Path)
	return errors.Join(atomicfile.RemoveAll(folder), atomicfile.Rename(staging, folder))
}

func (k *Keeper) prepareConfiguration(ctx context.Context, n installation, files map[string][]byte) error {
	folder := k.layout().configuration(n.Configuration)
	// Checked at its own place: the paths in it are those that Consul will open. Nothing runs from there, or it is the
	// same but for the values of secrets.
	former := map[string][]byte{}
	for name := range files {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err == nil {
			former[name] = text
		}
	}
	if err := access.Folder(folder, machine.ConsulService, access.Read); err != nil {
		return err
	}
	if err := writeAll(folder, files); err != nil {
		return err
	}
	err := k.validate(ctx, n.Program.Path, folder, k.layout().registrations())
	if err == nil {
		return nil
	}
	if len(former) == 0 {
		return errors.Join(err, atomicfile.RemoveAll(folder))
	}
	return errors.Join(err, writeAll(folder, former))
}

func writeAll(folder string, files map[string][]byte) error {
	for name, text := range files {
		if err := atomicfile.Write(filepath.Join(folder, name), text); err != nil {
			return err
		}
	}
	return nil
}

// longestReason is as much of Consul's words as a sentence bears.
const longestReason = 800

func (k *Keeper) validate(ctx context.Context, program string, folders ...string) error {
	limited, cancel := context.WithTimeout(ctx, k.Patience.usual().Validate)
	defer cancel()
	words, err := k.Run(limited, program, append([]string{"validate"}, folders...)...)
	if err == nil {
		return nil
	}
	words = strings.Join(strings.Fields(words), " ")
	if len(words) > longestReason {
		words = words[:longestReason] + "…"
	}
	return exitcode.Errorf(exitcode.NotPrepared, "`consul validate` refuses the configuration (%w): %s", err, words)
}
