package datacenter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
)

// application is one attempt to make a datacenter what is declared. What is as declared isn't written.
type application struct {
	client   consulapi.Client
	vault    *keyvault.Client
	log      *slog.Logger
	written  int
	failures []error
}

// Apply makes the datacenter what is declared, removes what this owner declared before and doesn't any more, and nothing
// else. It does all that can be done and returns everything that can't. Written is how many changes that took.
func Apply(ctx context.Context, client consulapi.Client, vault *keyvault.Client, log *slog.Logger, d *Declared) (written int, err error) {
	before, others, err := records(ctx, client, d.Owner)
	if err != nil {
		return 0, err
	}
	now := ownedBy(d)
	if all := before.with(now); !reflect.DeepEqual(all, before.with(owned{})) {
		if err := putRecord(ctx, client, d.Owner, all); err != nil {
			return 0, err
		}
	}
	a := &application{client: client, vault: vault, log: log}
	// Tokens name policies, and an agent whose token isn't known waits for it: first things first.
	for _, policy := range d.Policies {
		a.note("policy", textOf(policy, "Name"), a.policy(ctx, policy))
	}
	for _, token := range d.Tokens {
		a.note("token", token.accessor(), a.token(ctx, token))
	}
	for _, query := range d.Queries {
		a.note("query", textOf(query, "Name"), a.query(ctx, query))
	}
	for _, key := range slices.Sorted(maps.Keys(d.Values)) {
		a.note("value", key, a.value(ctx, key, d.Values[key]))
	}
	a.remove(ctx, before.without(now).without(others))
	if err := errors.Join(a.failures...); err != nil {
		return a.written, err
	}
	return a.written, a.finish(ctx, d, before, now)
}

func (a *application) note(kind, name string, err error) {
	if err != nil {
		a.failures = append(a.failures, fmt.Errorf("%s %s: %w", kind, name, err))
	}
}

func (a *application) wrote(what, name string) {
	a.written++
	a.log.Info("datacenter", "change", what, "name", name)
}

func (a *application) policy(ctx context.Context, declared map[string]any) error {
	name := textOf(declared, "Name")
	var known map[string]any
	err := a.client.Get(ctx, "acl/policy/name/"+url.PathEscape(name), &known)
	switch {
	case err == nil && covers(known, declared):
		return nil
	case err == nil:
		a.wrote("policy changed", name)
		return a.client.Put(ctx, "acl/policy/"+textOf(known, "ID"), declared, nil)
	case missing(err):
		a.wrote("policy made", name)
		return a.client.Put(ctx, "acl/policy", declared, nil)
	default:
		return err
	}
}

// missing: Consul says 404, or 403 with these words, of what isn't there.
func missing(err error) bool {
	return consulapi.Is(err, http.StatusNotFound) || consulapi.Is(err, http.StatusForbidden) && strings.Contains(err.Error(), "ACL not found")
}

// token: a secret id is for ever, so another one makes another token under the same accessor id.
func (a *application) token(ctx context.Context, declared Token) error {
	secret, err := a.vault.Get(ctx, declared.Secret.URL, declared.Secret.ClientID)
	if err != nil {
		return err
	}
	secretID := strings.TrimSpace(secret.Value)
	var known map[string]any
	err = a.client.Get(ctx, "acl/token/"+declared.accessor(), &known)
	if err != nil && !missing(err) {
		return err
	}
	there := err == nil
	if there && textOf(known, "SecretID") != secretID {
		a.wrote("token with another secret removed", declared.accessor())
		if err := a.client.Delete(ctx, "acl/token/"+declared.accessor()); err != nil {
			return err
		}
		there = false
	}
	switch {
	case there && covers(known, declared.Body):
		return nil
	case there:
		a.wrote("token changed", declared.accessor())
		return a.client.Put(ctx, "acl/token/"+declared.accessor(), declared.Body, nil)
	default:
		a.wrote("token made", declared.accessor())
		body := maps.Clone(declared.Body)
		body["SecretID"] = secretID
		return a.client.Put(ctx, "acl/token", body, nil)
	}
}

func (a *application) query(ctx context.Context, declared map[string]any) error {
	name := textOf(declared, "Name")
	known, err := a.knownQuery(ctx, name)
	switch {
	case err != nil:
		return err
	case known != nil && covers(known, declared):
		return nil
	case known != nil:
		a.wrote("query changed", name)
		return a.client.Put(ctx, "query/"+textOf(known, "ID"), declared, nil)
	default:
		a.wrote("query made", name)
		return a.client.Post(ctx, "query", declared, nil)
	}
}

func (a *application) knownQuery(ctx context.Context, name string) (map[string]any, error) {
	var all []map[string]any
	if err := a.client.Get(ctx, "query", &all); err != nil {
		return nil, err
	}
	for _, known := range all {
		if textOf(known, "Name") == name {
			return known, nil
		}
	}
	return nil, nil
}

func (a *application) value(ctx context.Context, key, declared string) error {
	var known []byte
	err := a.client.Get(ctx, keyPath(key)+"?raw", &known)
	if err == nil && string(known) == declared || err != nil && !missing(err) {
		return err
	}
	a.wrote("value set", key)
	return a.client.PutText(ctx, keyPath(key), declared)
}

// remove takes away what is declared no more: what is asked for first, then what lets somebody ask.
func (a *application) remove(ctx context.Context, gone owned) {
	for _, key := range gone.Values {
		a.wrote("value removed", key)
		a.note("value", key, a.client.Delete(ctx, keyPath(key)))
	}
	for _, name := range gone.Queries {
		known, err := a.knownQuery(ctx, name)
		if err == nil && known != nil {
			a.wrote("query removed", name)
			err = a.client.Delete(ctx, "query/"+textOf(known, "ID"))
		}
		a.note("query", name, err)
	}
	for _, accessor := range gone.Tokens {
		err := a.client.Get(ctx, "acl/token/"+accessor, nil)
		if err == nil {
			a.wrote("token removed", accessor)
			err = a.client.Delete(ctx, "acl/token/"+accessor)
		} else if missing(err) {
			err = nil
		}
		a.note("token", accessor, err)
	}
	for _, name := range gone.Policies {
		var known map[string]any
		err := a.client.Get(ctx, "acl/policy/name/"+url.PathEscape(name), &known)
		if err == nil {
			a.wrote("policy removed", name)
			err = a.client.Delete(ctx, "acl/policy/"+textOf(known, "ID"))
		} else if missing(err) {
			err = nil
		}
		a.note("policy", name, err)
	}
}

// finish reports the version; first of all it forgets what has gone.
func (a *application) finish(ctx context.Context, d *Declared, before, now owned) error {
	if !reflect.DeepEqual(before.with(now), now.with(owned{})) {
		if err := putRecord(ctx, a.client, d.Owner, now); err != nil {
			return err
		}
	}
	var applied []byte
	err := a.client.Get(ctx, "kv/"+appliedKey(d.Owner)+"?raw", &applied)
	if err == nil && string(applied) == d.Version || err != nil && !missing(err) {
		return err
	}
	return a.client.PutText(ctx, "kv/"+appliedKey(d.Owner), d.Version)
}
