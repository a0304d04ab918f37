// Package secrets brings a service's secrets and its certificate from Azure Key Vault into files that the service alone
// may read, and keeps them fresh. No value gets into a log, an error, the journal or the state.
//
// All values of one moment lie in one folder, versions/<id>. The services read them through the link "current", so that
// one change of the link renews all of them: a certificate is never beside another one's key.
package secrets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Names inside a version's folder. The prefix keeps names such as NUL, which Windows keeps for devices, usable.
const (
	secretPrefix    = "secret-"
	certificateFile = "tls.crt"
	keyFile         = "tls.key"
	indexFile       = "index.json"
)

func folderOf(m machine.Machine, service string) string {
	return filepath.Join(m.ServiceFolder(service), "secrets")
}

func linkOf(m machine.Machine, service string) string {
	return filepath.Join(folderOf(m, service), "current")
}

func versionsOf(m machine.Machine, service string) string {
	return filepath.Join(folderOf(m, service), "versions")
}

// Declared tells whether a service has secrets at all.
func Declared(s *spec.AgentSpec) bool { return len(s.Secrets) > 0 || s.Certificate != nil }

// Environment is what the service gets: where its files lie. It stays the same when values change.
func Environment(m machine.Machine, s *spec.AgentSpec) map[string]string {
	variables := map[string]string{}
	for _, secret := range s.Secrets {
		variables[secret.FileVariable()] = filepath.Join(linkOf(m, s.Service.Name), secretPrefix+secret.Name)
	}
	if s.Certificate != nil {
		variables[spec.CertificateFileVariable] = filepath.Join(linkOf(m, s.Service.Name), certificateFile)
		variables[spec.KeyFileVariable] = filepath.Join(linkOf(m, s.Service.Name), keyFile)
	}
	return variables
}

// Current is the version that the service reads; empty when it has none.
func Current(m machine.Machine, service string) (string, error) {
	target, err := readLink(linkOf(m, service))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("which secrets are in use can't be told: %w", err)
	}
	return filepath.Base(target), nil
}

// Switch makes a staged version the one that the service reads; an empty one takes all secrets away.
func Switch(m machine.Machine, service, version string) error {
	if version == "" {
		return atomicfile.RemoveAll(folderOf(m, service))
	}
	if current, err := Current(m, service); err != nil || current == version {
		return err
	}
	if err := writeLink(linkOf(m, service), filepath.Join(versionsOf(m, service), version)); err != nil {
		return fmt.Errorf("the new secrets can't be put in place: %w", err)
	}
	return nil
}

// Prune removes all versions but the current one.
func Prune(m machine.Machine, service string) error {
	current, err := Current(m, service)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(versionsOf(m, service))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.Name() != current {
			err = errors.Join(err, atomicfile.RemoveAll(filepath.Join(versionsOf(m, service), entry.Name())))
		}
	}
	return err
}
