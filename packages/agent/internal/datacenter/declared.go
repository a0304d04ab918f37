// Package datacenter is what the agents of Consul's servers do for all of them: the leader's one makes the datacenter what
// was declared, and takes snapshots.
package datacenter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Declared mirrors ConsulDeclaredData in packages/spec/src/consul/declared-data.ts.
type Declared struct {
	SchemaVersion int    `json:"schemaVersion"`
	Owner         string `json:"owner"`
	// Version names the content.
	Version  string            `json:"version"`
	Policies []map[string]any  `json:"policies"`
	Tokens   []Token           `json:"tokens"`
	Queries  []map[string]any  `json:"queries"`
	Values   map[string]string `json:"values"`
}

// Token is a token as Consul's API takes it, and where its secret is.
type Token struct {
	Secret spec.SecretReference
	Body   map[string]any
}

// UnmarshalJSON takes the reference out of what Consul gets.
func (t *Token) UnmarshalJSON(text []byte) error {
	var reference struct {
		Secret spec.SecretReference `json:"secret"`
	}
	if err := errors.Join(json.Unmarshal(text, &reference), json.Unmarshal(text, &t.Body)); err != nil {
		return err
	}
	delete(t.Body, "secret")
	t.Secret = reference.Secret
	return nil
}

func (t Token) accessor() string { return textOf(t.Body, "AccessorID") }

var (
	ownerPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$`)
	versionPattern = regexp.MustCompile(`^[0-9a-f]{8,64}$`)
	accessorFormat = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// Parse reads declared data and lists all that is wrong with it.
func Parse(text []byte) (*Declared, error) {
	var d Declared
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("the declared data can't be read: %w", err)
	}
	var findings []error
	need := func(good bool, path, seen, allowed string) {
		if !good {
			findings = append(findings, fmt.Errorf("%s: seen %s; allowed: %s", path, seen, allowed))
		}
	}
	need(d.SchemaVersion == 1, "schemaVersion", fmt.Sprint(d.SchemaVersion), "1")
	need(ownerPattern.MatchString(d.Owner), "owner", fmt.Sprintf("%q", d.Owner), "1 to 63 letters, digits, underscores and hyphens")
	need(versionPattern.MatchString(d.Version), "version", fmt.Sprintf("%q", d.Version), "8 to 64 digits of a hash, in hex")
	for i, p := range d.Policies {
		need(textOf(p, "Name") != "", fmt.Sprintf("policies[%d].Name", i), "nothing", "a name")
	}
	for i, t := range d.Tokens {
		need(accessorFormat.MatchString(t.accessor()), fmt.Sprintf("tokens[%d].AccessorID", i), fmt.Sprintf("%q", t.accessor()), "a UUID")
		need(t.Secret.URL != "", fmt.Sprintf("tokens[%d].secret.url", i), "nothing", "the address of a secret")
	}
	for i, q := range d.Queries {
		need(textOf(q, "Name") != "", fmt.Sprintf("queries[%d].Name", i), "nothing", "a name")
	}
	for key := range d.Values {
		need(key != "" && !isOwn(key), "values."+key, "a key of the agents' own", "keys that don't begin with "+ownPrefix)
	}
	if len(findings) > 0 {
		return nil, errors.Join(findings...)
	}
	return &d, nil
}

func textOf(m map[string]any, key string) string {
	text, _ := m[key].(string)
	return text
}

// covers tells whether what Consul has says all that is declared. It adds fields of its own, and writes an empty list as
// nothing.
func covers(has, declared any) bool {
	switch d := declared.(type) {
	case map[string]any:
		h, _ := has.(map[string]any)
		for key, value := range d {
			if !covers(h[key], value) {
				return false
			}
		}
		return true
	case []any:
		h, _ := has.([]any)
		if len(h) != len(d) {
			return false
		}
		for i := range d {
			if !covers(h[i], d[i]) {
				return false
			}
		}
		return true
	case string:
		h, _ := has.(string)
		return h == d
	case nil:
		return has == nil
	case bool:
		h, _ := has.(bool)
		return h == d
	default:
		return has == declared
	}
}
