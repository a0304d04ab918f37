package datacenter

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

const accessor = "aaaaaaaa-0000-0000-0000-000000000001"

func blobToken(context.Context, string, string) (string, error) { return "blob-token", nil }

// document declares one of each.
func (c *consul) document(version, owner string, edit func(map[string]any)) string {
	document := map[string]any{
		"schemaVersion": 1, "owner": owner, "version": version,
		"policies": []any{map[string]any{"Name": "machines", "Description": "Agents", "Rules": `node_prefix "web" { policy = "write" }`}},
		"tokens": []any{map[string]any{
			"AccessorID": accessor, "Description": "Agents", "Local": false, "Policies": []any{map[string]any{"Name": "machines"}},
			"secret": map[string]any{"url": c.vault.URL("machines"), "clientId": vaulttest.ClientID},
		}},
		"queries": []any{map[string]any{"Name": "orders", "Service": map[string]any{"Service": "orders", "Tags": []any{}}}},
		"values":  map[string]any{"service/orders/a b": "1"},
	}
	if edit != nil {
		edit(document)
	}
	text, _ := json.Marshal(document)
	return string(text)
}

func (c *consul) apply(t *testing.T, text string) (int, error) {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Apply(t.Context(), c.client, c.newVault(), slog.New(slog.DiscardHandler), d)
}

func TestADatacenterIsMadeOnceAndLeftAloneAfterwards(t *testing.T) {
	c := newConsul(t)
	c.vault.Set("machines", vaulttest.Secret{Value: "secret-1"})
	if n, err := c.apply(t, c.document("00000001", "orders", nil)); n != 4 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	writes := c.written()
	order := []string{"PUT kv/windows-ha/orders/declared", "PUT acl/policy", "PUT acl/token", "POST query", "PUT kv/service/orders/a b"}
	if len(writes) < len(order) || !slices.Equal(writes[:len(order)], order) {
		t.Errorf("wrote %q, want first %q", writes, order)
	}
	if c.tokens[accessor]["SecretID"] != "secret-1" || c.tokens[accessor]["secret"] != nil || c.values["windows-ha/orders/applied"] != "00000001" {
		t.Errorf("made %v, %v", c.tokens, c.values)
	}
	if n, err := c.apply(t, c.document("00000001", "orders", nil)); n != 0 || err != nil || len(c.written()) > 0 {
		t.Errorf("the second time: %d, %v", n, err)
	}
	// What somebody changed by hand comes back.
	c.policies[slices.Collect(maps.Keys(c.policies))[0]]["Rules"] = "nothing"
	c.values["service/orders/a b"] = "2"
	if n, err := c.apply(t, c.document("00000001", "orders", nil)); n != 2 || err != nil || c.values["service/orders/a b"] != "1" {
		t.Errorf("after a change by hand: %d, %v", n, err)
	}
	// A secret id is for ever.
	c.vault.Set("machines", vaulttest.Secret{Value: "secret-2"})
	if _, err := c.apply(t, c.document("00000001", "orders", nil)); err != nil || c.tokens[accessor]["SecretID"] != "secret-2" {
		t.Errorf("after a rotation: %v, %v", c.tokens, err)
	}
}

func TestOnlyWhatThisOwnerDeclaredBeforeIsRemoved(t *testing.T) {
	c := newConsul(t)
	c.vault.Set("machines", vaulttest.Secret{Value: "secret"})
	c.values["service/orders/by-hand"], c.values["windows-ha/strange"] = "x", "x"
	shared := func(document map[string]any) {
		document["tokens"], document["queries"] = []any{}, []any{}
		document["values"] = map[string]any{"service/orders/shared": "1"}
	}
	for _, owner := range []string{"orders", "billing"} {
		text := c.document("00000001", owner, nil)
		if owner == "billing" {
			text = c.document("00000001", owner, shared)
		}
		if _, err := c.apply(t, text); err != nil {
			t.Fatal(err)
		}
	}
	nothing := func(document map[string]any) {
		document["policies"], document["tokens"], document["queries"], document["values"] = []any{}, []any{}, []any{}, map[string]any{}
	}
	if n, err := c.apply(t, c.document("00000002", "orders", nothing)); err != nil || n != 3 {
		t.Fatalf("%d, %v", n, err)
	}
	// The policy is another owner's as well, and stays.
	if len(c.policies) != 1 || len(c.tokens) != 0 || len(c.queries) != 0 {
		t.Errorf("left %v, %v, %v", c.policies, c.tokens, c.queries)
	}
	want := []string{"service/orders/by-hand", "service/orders/shared", "windows-ha/billing/applied", "windows-ha/billing/declared", "windows-ha/orders/applied", "windows-ha/orders/declared", "windows-ha/strange"}
	if got := slices.Sorted(maps.Keys(c.values)); !slices.Equal(got, want) {
		t.Errorf("left %q, want %q", got, want)
	}
	// A record that can't be read says nothing of what may go.
	c.values["windows-ha/orders/declared"] = "{"
	if _, err := c.apply(t, c.document("00000003", "orders", nil)); err == nil || !strings.Contains(err.Error(), "nobody knows what may be removed") {
		t.Errorf("got %v", err)
	}
}

func TestWhatFailsIsNamedAndTheRestIsDone(t *testing.T) {
	c := newConsul(t)
	c.vault.Refuse("machines", 404)
	_, err := c.apply(t, c.document("00000001", "orders", nil))
	if err == nil || !strings.Contains(err.Error(), "token "+accessor) || c.values["service/orders/a b"] != "1" {
		t.Errorf("got %v, %v", err, c.values)
	}
	if version, there := c.values["windows-ha/orders/applied"]; there {
		t.Errorf("version %s is called applied", version)
	}
}

func TestWrongDataIsRefusedWithAllThatIsWrong(t *testing.T) {
	c := newConsul(t)
	for _, row := range []struct {
		edit func(map[string]any)
		says string
	}{
		{func(d map[string]any) { d["schemaVersion"], d["owner"], d["version"] = 2, "a/b", "x" }, "schemaVersion: seen 2; allowed: 1\nowner: seen \"a/b\""},
		{func(d map[string]any) { d["values"] = map[string]any{"windows-ha/orders/applied": "x"} }, "a key of the agents' own"},
		{func(d map[string]any) { d["tokens"] = []any{map[string]any{"AccessorID": "x"}} }, "tokens[0].secret.url: seen nothing"},
		{func(d map[string]any) { d["policys"] = 1 }, "unknown field"},
	} {
		if _, err := Parse([]byte(c.document("00000001", "orders", row.edit))); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("got %v, want %q", err, row.says)
		}
	}
}

func TestTheLeaderFollowsTheBlobAndABadOneKeepsTheLast(t *testing.T) {
	c, s := newConsul(t), newStorage(t)
	c.vault.Set("machines", vaulttest.Secret{Value: "secret"})
	follower := func() *Follower {
		return &Follower{
			Reference: spec.DeclaredDataReference{BlobReference: spec.BlobReference{URL: s.address + "/container/declared.json"}},
			Client:    c.client, Tokens: blobToken, Vault: c.newVault, File: filepath.Join(t.TempDir(), "declared.json"), Log: slog.New(slog.DiscardHandler),
		}
	}
	f := follower()
	if got := f.Step(t.Context()); got.Problem != "no data was declared yet" {
		t.Errorf("without a blob: %+v", got)
	}
	s.refuse = 403
	if got := f.Step(t.Context()); !strings.Contains(got.Problem, "the declared data can't be had") || !strings.Contains(got.Problem, "Storage Blob Data Reader") {
		t.Errorf("without a role: %+v", got)
	}
	s.refuse = 0
	s.put("declared.json", c.document("00000001", "orders", nil))
	c.leads = false
	if got := f.Step(t.Context()); got.Leader || got.Problem != "" || len(c.values) > 0 {
		t.Errorf("as a follower: %+v, %v", got, c.values)
	}
	c.leads = true
	if got := f.Step(t.Context()); got.AppliedVersion != "00000001" || got.Problem != "" || c.values["windows-ha/orders/applied"] != "00000001" {
		t.Errorf("as the leader: %+v", got)
	}
	c.written()
	if f.Step(t.Context()); len(c.written()) > 0 {
		t.Error("wrote again without a change")
	}
	s.put("declared.json", `{"schemaVersion": 2}`)
	if got := f.Step(t.Context()); got.AppliedVersion != "00000001" || !strings.Contains(got.Problem, "the last good one stays") {
		t.Errorf("with a bad blob: %+v", got)
	}
	// A leader that begins anew while storage is lost knows what it read before.
	again := follower()
	again.File, s.refuse = f.File, 503
	clear(c.policies)
	if got := again.Step(t.Context()); got.AppliedVersion != "00000001" || len(c.policies) != 1 {
		t.Errorf("without storage: %+v, %v", got, c.policies)
	}
	s.refuse, c.refuse = 0, "acl/"
	s.put("declared.json", c.document("00000002", "orders", nil))
	if got := again.Step(t.Context()); !strings.Contains(got.Problem, "version 00000002 isn't in force") {
		t.Errorf("with a Consul that fails: %+v", got)
	}
	c.refuse = ""
	if got := again.Step(t.Context()); got.AppliedVersion != "00000002" || got.Problem != "" {
		t.Errorf("afterwards: %+v", got)
	}
}
