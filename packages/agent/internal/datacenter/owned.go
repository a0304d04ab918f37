package datacenter

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
)

// ownPrefix begins the agents' own keys: `windows-ha/<owner>/declared` says what is this owner's, and
// `windows-ha/<owner>/applied` which version is in force.
const ownPrefix = "windows-ha/"

func isOwn(key string) bool { return strings.HasPrefix(key, ownPrefix) }

func declaredKey(owner string) string { return ownPrefix + owner + "/declared" }
func appliedKey(owner string) string  { return ownPrefix + owner + "/applied" }

// names are what something is known by, in their order.
type names []string

// owned is what an owner has declared: before it is written down, nothing is made, so that nothing is ever forgotten.
type owned struct {
	Policies names `json:"policies"`
	Tokens   names `json:"tokens"`
	Queries  names `json:"queries"`
	Values   names `json:"values"`
}

func ownedBy(d *Declared) owned {
	var o owned
	for _, p := range d.Policies {
		o.Policies = append(o.Policies, textOf(p, "Name"))
	}
	for _, t := range d.Tokens {
		o.Tokens = append(o.Tokens, t.accessor())
	}
	for _, q := range d.Queries {
		o.Queries = append(o.Queries, textOf(q, "Name"))
	}
	o.Values = slices.Sorted(maps.Keys(d.Values))
	return o
}

// with is what either has, without what only the second one is asked to leave out.
func (o owned) with(other owned) owned {
	return owned{o.Policies.with(other.Policies), o.Tokens.with(other.Tokens), o.Queries.with(other.Queries), o.Values.with(other.Values)}
}

func (o owned) without(other owned) owned {
	return owned{o.Policies.without(other.Policies), o.Tokens.without(other.Tokens), o.Queries.without(other.Queries), o.Values.without(other.Values)}
}

func (n names) with(other names) names {
	all := append(slices.Clone(n), other...)
	slices.Sort(all)
	return slices.Compact(all)
}

func (n names) without(other names) names {
	return slices.DeleteFunc(slices.Clone(n), func(name string) bool { return slices.Contains(other, name) })
}

// records are what this owner has declared, and what all others have.
func records(ctx context.Context, client consulapi.Client, owner string) (own, others owned, err error) {
	var entries []struct{ Key, Value string }
	err = client.Get(ctx, "kv/"+ownPrefix+"?recurse&consistent", &entries)
	if consulapi.Is(err, http.StatusNotFound) {
		return own, others, nil
	}
	if err != nil {
		return own, others, err
	}
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Key, "/declared") {
			continue
		}
		var record owned
		text, err := base64.StdEncoding.DecodeString(entry.Value)
		if err == nil {
			err = json.Unmarshal(text, &record)
		}
		if err != nil {
			return own, others, fmt.Errorf("the key %s can't be read, so nobody knows what may be removed: remove the key, and what is no longer declared by hand (%w)", entry.Key, err)
		}
		if entry.Key == declaredKey(owner) {
			own = record
		} else {
			others = others.with(record)
		}
	}
	return own, others, nil
}

func putRecord(ctx context.Context, client consulapi.Client, owner string, o owned) error {
	return client.Put(ctx, "kv/"+declaredKey(owner), o, nil)
}

// keyPath escapes a key but for its slashes.
func keyPath(key string) string {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return "kv/" + strings.Join(parts, "/")
}
