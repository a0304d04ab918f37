package secrets

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// wish is one declared value.
type wish struct {
	key, url, clientID string
	// variables name the files that the value becomes, as the service knows them.
	variables map[string]string
	contents  func(keyvault.Secret, *slog.Logger) (map[string][]byte, error)
}

func wishesOf(s *spec.AgentSpec) []wish {
	var wishes []wish
	for _, secret := range s.Secrets {
		file := secretPrefix + secret.Name
		wishes = append(wishes, wish{secret.Name, secret.URL, secret.ClientID, map[string]string{file: secret.FileVariable()},
			func(found keyvault.Secret, _ *slog.Logger) (map[string][]byte, error) {
				if now := time.Now(); !found.Expires.IsZero() && now.After(found.Expires) || now.Before(found.NotBefore) {
					return nil, fmt.Errorf("the secret isn't valid now (valid from %s, expires %s): set a new version or another time in the vault", moment(found.NotBefore), moment(found.Expires))
				}
				return map[string][]byte{file: []byte(found.Value)}, nil
			}})
	}
	if c := s.Certificate; c != nil {
		wishes = append(wishes, wish{"certificate", c.URL, c.ClientID,
			map[string]string{certificateFile: spec.CertificateFileVariable, keyFile: spec.KeyFileVariable}, certificateFiles})
	}
	return wishes
}

func certificateFiles(found keyvault.Secret, log *slog.Logger) (map[string][]byte, error) {
	p, err := readPair(found.Value, found.ContentType)
	if err != nil {
		return nil, err
	}
	// Clients refuse it, but a service that doesn't start answers nobody at all.
	if now := time.Now(); now.After(p.leaf.NotAfter) || now.Before(p.leaf.NotBefore) {
		log.Warn("the certificate isn't valid now: renew it in the vault", "url", found.ID, "notBefore", moment(p.leaf.NotBefore), "notAfter", moment(p.leaf.NotAfter))
	}
	return map[string][]byte{certificateFile: p.certificates, keyFile: p.key}, nil
}

func (w wish) fetch(ctx context.Context, client *keyvault.Client, log *slog.Logger) (map[string][]byte, error) {
	found, err := client.Get(ctx, w.url, w.clientID)
	if err != nil {
		return nil, err
	}
	return w.contents(found, log)
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "any time"
	}
	return t.UTC().Format(time.RFC3339)
}
