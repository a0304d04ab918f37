package consul

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

func words(calls []string) []string {
	for i, call := range calls {
		calls[i], _, _ = strings.Cut(call, " ")
	}
	return calls
}

func TestAnUnchangedConsulIsLeftAloneAndAChangedOneExchanged(t *testing.T) {
	b := newBench(t)
	b.answer(t)
	for _, row := range []struct {
		hash  byte
		says  string
		calls []string
	}{
		{'a', "Consul 1.21.0 runs", []string{"create", "start"}},
		{'a', "nothing was touched", []string{"configure"}},
		{'b', "Consul 1.21.0 runs, before it 1.21.0", []string{"stop", "set-program", "configure", "start"}},
	} {
		before := len(b.Calls())
		if text := b.ensure(t, b.wanted(row.hash)); !strings.Contains(text, row.says) {
			t.Errorf("said %q, want %q", text, row.says)
		}
		if got := words(b.Calls()[before:]); !slices.Equal(got, row.calls) {
			t.Errorf("got %q, want %q", got, row.calls)
		}
	}
}

func TestAFirstConsulWithoutServersIsJoiningAndAFormerOneThatAnsweredIsBroughtBack(t *testing.T) {
	b := newBench(t)
	if text := b.ensure(t, b.wanted('a')); !strings.Contains(text, "still joining") {
		t.Errorf("said %q", text)
	}
	if s, err := b.Status(t.Context()); err != nil || s.State != Starting || s.Problem == "" {
		t.Errorf("got %+v, %v", s, err)
	}
	// Nobody knows that it ever worked, so another one may take its place.
	if text := b.ensure(t, b.wanted('b')); !strings.Contains(text, "still joining") {
		t.Errorf("said %q", text)
	}
	b.answer(t)
	b.Fail = func(call string) error {
		if strings.HasPrefix(call, "set-program") && strings.Contains(call, "cccc") {
			b.silence()
		}
		return nil
	}
	_, err := b.Ensure(t.Context(), b.wanted('c'))
	if exitcode.Of(err) != exitcode.RollbackFailed && exitcode.Of(err) != exitcode.RolledBack || !strings.Contains(err.Error(), "its API is silent") {
		t.Errorf("got %d: %v", exitcode.Of(err), err)
	}
	if status, _ := b.Query(t.Context(), "consul"); !strings.Contains(status.Program.Path, "bbbb") || !status.Running() {
		t.Errorf("left %+v", status)
	}
	if starts := strings.Count(strings.Join(b.Calls(), " "), "start"); starts < 5 {
		t.Errorf("a silent Consul was started %d times, want once more after the silence", starts)
	}
}

func TestWhatIsRefusedBeforehandTouchesNothing(t *testing.T) {
	for _, row := range []struct {
		title, says string
		change      func(*bench, *Wanted)
	}{
		{"a configuration", "`consul validate` refuses the configuration (exit status 1): retry_interval is wrong", func(b *bench, _ *Wanted) { b.refuses = "retry_interval\nis wrong" }},
		{"a short key", "isn't a key of 32 bytes", func(b *bench, _ *Wanted) { b.vault.Set("gossip", vaulttest.Secret{Value: "c2hvcnQ="}) }},
		{"an empty token", "the secret is empty", func(b *bench, _ *Wanted) { b.vault.Set("agent", vaulttest.Secret{Value: " \n"}) }},
		{"a missing secret", "consul.secrets.tokens.services", func(b *bench, _ *Wanted) { b.vault.Refuse("services", 404) }},
		{"another platform", "there is no build for this machine's platform linux/amd64", func(_ *bench, w *Wanted) { w.Consul.Programs[0].Arch = "arm64" }},
	} {
		t.Run(row.title, func(t *testing.T) {
			b := newBench(t)
			b.answer(t)
			b.ensure(t, b.wanted('a'))
			wanted := b.wanted('b')
			row.change(b, &wanted)
			before := len(b.Calls())
			_, err := b.Ensure(t.Context(), wanted)
			if exitcode.Of(err) != exitcode.NotPrepared || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %d: %v", exitcode.Of(err), err)
			}
			if got := b.Calls()[before:]; len(got) > 0 {
				t.Errorf("touched %q", got)
			}
			if b.Due() == nil {
				t.Error("nobody tries again")
			}
		})
	}
}

func TestAnErrorAtAnyCallEndsWithOneOfTheTwo(t *testing.T) {
	errBroken := errors.New("broken by the test")
	for n := range 12 {
		b := newBench(t)
		b.answer(t)
		b.ensure(t, b.wanted('a'))
		seen := 0
		b.Fail = func(string) error {
			if seen++; seen == n+1 {
				return errBroken
			}
			return nil
		}
		_, err := b.Ensure(t.Context(), b.wanted('b'))
		b.Fail = nil
		status, _ := b.Query(t.Context(), "consul")
		if err == nil && seen <= n {
			break // there were fewer calls
		}
		if exitcode.Of(err) == exitcode.RolledBack && (!status.Running() || !strings.Contains(status.Program.Path, "aaaa")) {
			t.Errorf("call %d: said that the former one runs, left %+v", n, status)
		}
		b.ensure(t, b.wanted('b'))
		if status, _ := b.Query(t.Context(), "consul"); !status.Running() || !strings.Contains(status.Program.Path, "bbbb") {
			t.Errorf("call %d: the next run left %+v", n, status)
		}
		if exists(b.layout().journalFile()) {
			t.Errorf("call %d: a journal is left", n)
		}
	}
}

func TestAZoneThatCantBeAskedForRestartsNobody(t *testing.T) {
	b := newBench(t)
	b.answer(t)
	b.ensure(t, b.wanted('a'))
	b.zone, b.zoneErr = "", errors.New("no answer")
	if text := b.ensure(t, b.wanted('a')); !strings.Contains(text, "nothing was touched") {
		t.Errorf("said %q", text)
	}
	b.zone, b.zoneErr = "3", nil
	if text := b.ensure(t, b.wanted('a')); !strings.Contains(text, "runs with its new configuration") {
		t.Errorf("said %q", text)
	}
}

func TestNewSecretsAreTakenUpByAReload(t *testing.T) {
	b := newBench(t)
	b.answer(t)
	b.ensure(t, b.wanted('a'))
	b.told()
	lock := func(context.Context) (func(), error) { return func() {}, nil }
	if changed, err := b.Refresh(t.Context(), lock); changed || err != nil || len(b.told()) > 0 {
		t.Errorf("unchanged values: %t, %v", changed, err)
	}
	b.vault.Set("services", vaulttest.Secret{Value: "renewed"})
	b.vault.Set("agent", vaulttest.Secret{Value: "renewed-agent"})
	if changed, err := b.Refresh(t.Context(), lock); !changed || err != nil {
		t.Errorf("changed values: %t, %v", changed, err)
	}
	if got := b.told(); !slices.Equal(got, []string{"agent/reload renewed-agent"}) {
		t.Errorf("told %q", got)
	}
	b.vault.Refuse("agent", 503)
	if changed, err := b.Refresh(t.Context(), lock); changed || err == nil {
		t.Errorf("a vault that is lost: %t, %v", changed, err)
	}
}

func registration(id string) spec.ConsulService {
	return spec.ConsulService{"id": id, "name": id, "meta": map[string]any{"version": "1.0.0"}, "checks": []any{
		map[string]any{"id": id + ":ready", "http": "http://127.0.0.1/ready"}, map[string]any{"id": id + ":windows-service", "os_service": id},
	}}
}

func TestRegistrationsFollowTheServicesAndAreToldOnceConsulAnswers(t *testing.T) {
	b := newBench(t)
	if err := b.Register(t.Context(), "orders", []spec.ConsulService{registration("orders")}); err != nil {
		t.Fatal(err) // without Consul there is nothing to do
	}
	b.ensure(t, b.wanted('a'))
	if err := b.Register(t.Context(), "orders", []spec.ConsulService{registration("orders"), registration("worker")}); err != nil {
		t.Fatal(err)
	}
	var file struct{ Service spec.ConsulService }
	text, err := os.ReadFile(filepath.Join(b.layout().registrations(), "service-orders.json"))
	if err := errors.Join(err, json.Unmarshal(text, &file)); err != nil {
		t.Fatal(err)
	}
	if meta, _ := file.Service["meta"].(map[string]any); meta["zone"] != "2" || meta["version"] != "1.0.0" {
		t.Errorf("meta %v", meta)
	}
	if checks, _ := file.Service["checks"].([]any); len(checks) != 1 {
		t.Errorf("on Linux, checks %v", checks)
	}
	b.answer(t)
	for range 2 {
		if err := b.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.told(); !slices.Equal(got, []string{"agent/reload agent-token"}) {
		t.Errorf("told %q", got)
	}
	b.refuses = "a check without an interval"
	if err := b.Register(t.Context(), "orders", nil); err != nil { // nothing is left to refuse
		t.Fatal(err)
	}
	if there, _ := b.registrationsThere(); len(there) > 0 {
		t.Errorf("left %q", there)
	}
	if err := b.Register(t.Context(), "orders", []spec.ConsulService{registration("orders")}); err == nil {
		t.Error("a registration that Consul refuses was taken")
	}
	b.refuses = ""
	must := b.Register(t.Context(), "orders", []spec.ConsulService{registration("orders")})
	if err := b.Register(t.Context(), "billing", []spec.ConsulService{registration("orders")}); must != nil || err == nil || !strings.Contains(err.Error(), `both declare the id "orders"`) {
		t.Errorf("two services with one id: %v, %v", must, err)
	}
}

func TestOnlyItsOwnMaintenanceIsEnded(t *testing.T) {
	b := newBench(t)
	b.answer(t)
	b.ensure(t, b.wanted('a'))
	if err := b.Register(t.Context(), "orders", []spec.ConsulService{registration("orders"), registration("worker")}); err != nil {
		t.Fatal(err)
	}
	known, err := b.load()
	if err != nil {
		t.Fatal(err)
	}
	b.maintenance["worker"] = "a person"
	for _, row := range []struct {
		drained bool
		want    map[string]string
	}{
		{true, map[string]string{"orders": reason, "worker": "a person"}},
		{true, map[string]string{"orders": reason, "worker": "a person"}},
		{false, map[string]string{"worker": "a person"}},
	} {
		if err := b.Maintain(t.Context(), "orders", func() bool { return row.drained }); err != nil {
			t.Fatal(err)
		}
		if got, _ := b.client(known.installation, registrationToken).Maintenance(t.Context()); !maps.Equal(got, row.want) {
			t.Errorf("drained %t: got %v, want %v", row.drained, got, row.want)
		}
	}
	if got := b.told(); !slices.ContainsFunc(got, func(request string) bool { return strings.HasSuffix(request, " services-token") }) {
		t.Errorf("told %q", got)
	}
}

func TestSomebodyElsesConsulIsRefusedAndStays(t *testing.T) {
	b := newBench(t)
	if err := b.Create(t.Context(), "consul", settings, service.Program{Path: "/opt/consul/consul"}); err != nil {
		t.Fatal(err)
	}
	_, ensureErr := b.Ensure(t.Context(), b.wanted('a'))
	if err := b.edit(func(*state) {}); err != nil {
		t.Fatal(err)
	}
	_, removeErr := b.Remove(t.Context())
	for _, err := range []error{ensureErr, removeErr} {
		if exitcode.Of(err) != exitcode.NotPrepared || !strings.Contains(err.Error(), "/opt/consul/consul, which this agent did not install") {
			t.Errorf("got %v", err)
		}
	}
	if calls := words(b.Calls()); !slices.Equal(calls, []string{"create"}) {
		t.Errorf("touched %q", calls)
	}
}
