package install

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/executable"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

const portPollInterval = 100 * time.Millisecond

// prepare makes the release's folder complete without touching the running release. A folder is complete or absent:
// it gets its name by one rename.
func (i *Installer) prepare(ctx context.Context, r release) error {
	if r.Foreign != nil {
		return nil // it is on the machine as it was
	}
	artifact, err := r.Spec.Artifact(i.OS, i.Arch)
	if err != nil {
		return err
	}
	if err := i.openFolders(r); err != nil {
		return err
	}
	folder, file := filepath.Dir(r.Program.Path), i.artifactFile(r)
	if seen, err := hashFile(file); err == nil && seen == artifact.SHA256 && exists(r.Program.Path) {
		i.Log.Info("the release is on this machine already", "release", r.ID)
		return nil
	}
	staging := i.Machine.StagingFolder(r.name())
	if err := errors.Join(atomicfile.RemoveAll(staging), atomicfile.RemoveAll(folder), os.MkdirAll(staging, 0o755), os.MkdirAll(filepath.Dir(folder), 0o755)); err != nil {
		return fmt.Errorf("folders of the release: %w", err)
	}
	defer atomicfile.RemoveAll(staging)
	program := filepath.Join(staging, filepath.Base(file))
	if err := i.Download(ctx, sourceOf(artifact), program); err != nil {
		return err
	}
	if err := executable.Check(program, i.OS, i.Arch); err != nil {
		return err
	}
	if err := i.addWrapper(r, staging); err != nil {
		return err
	}
	if settings := r.Spec.Service.Configuration; settings != nil {
		if err := atomicfile.WriteJSON(filepath.Join(staging, configurationFile), settings); err != nil {
			return err
		}
	}
	if err := atomicfile.WriteJSON(filepath.Join(staging, specFile), r.Spec); err != nil {
		return err
	}
	return atomicfile.Rename(staging, folder)
}

func sourceOf(artifact spec.Artifact) download.Source {
	source := download.Source{Address: artifact.URL, SHA256: artifact.SHA256}
	if artifact.Authentication != nil {
		source.IdentityClientID = artifact.Authentication.ClientID
	}
	return source
}

// checkPort fails early when the port belongs to somebody else. The former release may hold it, or the
// resident part for it: they leave later.
func (i *Installer) checkPort(r release, former *release) error {
	held := map[int]bool{0: true} // 0: no port is wanted
	if former != nil {
		held[former.Spec.Service.Port], held[former.Spec.Health.Port] = true, true
	}
	for _, port := range []int{r.Spec.Service.Port, r.Spec.Health.Port} {
		if held[port] {
			continue
		}
		if err := i.listen(port); err != nil {
			return exitcode.With(exitcode.NotPrepared, i.whoseFault(port, err))
		}
	}
	return nil
}

// awaitPort waits until the port is free: a stopped process may have left one that it started.
func (i *Installer) awaitPort(ctx context.Context, port int, limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for {
		err := i.listen(port)
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%v after the service has stopped: %w", limit, i.whoseFault(port, err))
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(portPollInterval):
		}
	}
}

// listen tries the address of the service, and the one where it is asked: Windows lets one program have a port on all
// addresses and another one have it on a single one, which then answers in its place.
func (i *Installer) listen(port int) error {
	for _, address := range []string{i.Machine.ListenAddress(port), i.Machine.AskAddress(port)} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		if err := listener.Close(); err != nil {
			return err
		}
	}
	return nil
}

func hashFile(path string) (string, error) {
	file, err := atomicfile.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
