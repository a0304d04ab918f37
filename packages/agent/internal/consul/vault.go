package consul

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// gossipKeyBytes is AES-256's. Consul would take shorter ones.
const gossipKeyBytes = 32

// secretValues are the values of a moment.
type secretValues struct {
	document         secretsDocument
	certificate, key []byte
}

// readSecrets reads all values, and says of all that can't be had why.
func readSecrets(ctx context.Context, vault *keyvault.Client, from spec.ConsulSecrets) (secretValues, error) {
	var values secretValues
	var failures []error
	read := func(what string, reference *spec.SecretReference, take func(keyvault.Secret) error) {
		if reference == nil || ctx.Err() != nil {
			return
		}
		found, err := vault.Get(ctx, reference.URL, reference.ClientID)
		if err == nil {
			err = take(found)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("consul.secrets.%s: %w", what, err))
		}
	}
	into := func(field *string) func(keyvault.Secret) error {
		return func(found keyvault.Secret) error {
			*field = strings.TrimSpace(found.Value)
			if *field == "" {
				return errors.New("the secret is empty: set a value in the vault")
			}
			return nil
		}
	}
	granted := &values.document.ACL.Tokens
	read("gossipKey", &from.GossipKey, func(found keyvault.Secret) error {
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(found.Value))
		if err != nil || len(key) != gossipKeyBytes {
			return fmt.Errorf("the secret isn't a key of %d bytes as base64: set one in the vault, as `consul keygen` makes it", gossipKeyBytes)
		}
		return into(&values.document.Encrypt)(found)
	})
	read("tokens.agent", &from.Tokens.Agent, into(&granted.Agent))
	read("tokens.dns", from.Tokens.DNS, into(&granted.DNS))
	read("tokens.services", from.Tokens.Services, into(&granted.Registration))
	read("tokens.management", from.Tokens.Management, into(&granted.InitialManagement))
	read("certificate", from.Certificate, func(found keyvault.Secret) (err error) {
		values.certificate, values.key, err = secrets.ReadPair(found.Value, found.ContentType)
		return err
	})
	return values, errors.Join(append(failures, ctx.Err())...)
}
