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
	artifact, err := r.Spec.Artifact(i.OS, i.Arch)
	if err != nil {
		return err
	}
	folder := filepath.Dir(r.Program.Path)
	if seen, err := hashFile(r.Program.Path); err == nil && seen == artifact.SHA256 {
		i.Log.Info("the release is on this machine already", "release", r.ID)
		return nil
	}
	staging := i.Machine.StagingFolder(r.name())
	if err := errors.Join(os.RemoveAll(staging), os.RemoveAll(folder), os.MkdirAll(staging, 0o755), os.MkdirAll(filepath.Dir(folder), 0o755)); err != nil {
		return fmt.Errorf("folders of the release: %w", err)
	}
	defer os.RemoveAll(staging)
	program := filepath.Join(staging, filepath.Base(r.Program.Path))
	if err := i.Download(ctx, sourceOf(artifact), program); err != nil {
		return err
	}
	if err := executable.Check(program, i.OS, i.Arch); err != nil {
		return err
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

// checkPort fails early when the port belongs to somebody else. The former release may hold it: it leaves later.
func (i *Installer) checkPort(r release, former *release) error {
	if former != nil && former.Spec.Service.Port == r.Spec.Service.Port {
		return nil
	}
	if err := i.listen(r.Spec.Service.Port); err != nil {
		return exitcode.Errorf(exitcode.NotPrepared, "port %d can't be used: another program holds it, or the address isn't this machine's (%w)", r.Spec.Service.Port, err)
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
			return fmt.Errorf("port %d is still taken %v after the service has stopped: %w", port, limit, err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(portPollInterval):
		}
	}
}

func (i *Installer) listen(port int) error {
	listener, err := net.Listen("tcp", i.Machine.ListenAddress(port))
	if err != nil {
		return err
	}
	return listener.Close()
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path)
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
