package install_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// secretBench is a bench with a vault, whose service has a password.
type secretBench struct {
	*bench
	*vaulttest.Vault
}

func newSecretBench(t *testing.T) secretBench {
	b := secretBench{newBench(t), vaulttest.New(t)}
	b.Machine.MetadataAddress = b.Address
	b.Set("password", vaulttest.Secret{Value: "one"})
	return b
}

func (b secretBench) document(version, secret string) *spec.AgentSpec {
	s := b.bench.document(version)
	if secret != "" {
		s.Secrets = []spec.Secret{{Name: "PASSWORD", URL: b.URL(secret), ClientID: vaulttest.ClientID}}
	}
	return s
}

// password is what the service reads, or the reason why it can't.
func (b secretBench) password() string {
	text, err := os.ReadFile(secrets.Environment(b.Machine, b.document("1.0.0", "password"))["PASSWORD_FILE"])
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (b secretBench) install(t *testing.T, version, secret string, want exitcode.Code) error {
	t.Helper()
	_, err := b.Install(t.Context(), b.document(version, secret))
	if exitcode.Of(err) != want {
		t.Fatalf("%s: got %d: %v", version, exitcode.Of(err), err)
	}
	return err
}

func TestASecretIsThereBeforeTheServiceStartsAndANewValueDoesNotRestartIt(t *testing.T) {
	b := newSecretBench(t)
	seen := ""
	follow := b.follow(t)
	b.Fail = func(call string) error {
		if call == "start" {
			seen = b.password()
		}
		return follow(call)
	}
	b.install(t, "1.0.0", "password", exitcode.OK)
	if seen != "one" {
		t.Errorf("at the start: %s", seen)
	}
	status, err := b.Query(t.Context(), "orders")
	if err != nil || !slices.ContainsFunc(status.Program.Environment, func(v string) bool { return strings.HasPrefix(v, "PASSWORD_FILE=") }) {
		t.Errorf("environment %q, %v", status.Program.Environment, err)
	}
	before := len(b.Calls())
	b.Set("password", vaulttest.Secret{Value: "two"})
	b.install(t, "1.0.0", "password", exitcode.OK)
	if calls := b.newCalls(before); len(calls) > 0 || b.password() != "two" {
		t.Errorf("calls %q, password %s", calls, b.password())
	}
}

func TestAMissingSecretFailsBeforeAnythingIsTouched(t *testing.T) {
	b := newSecretBench(t)
	b.install(t, "1.0.0", "password", exitcode.OK)
	before := len(b.Calls())
	err := b.install(t, "1.1.0", "absent", exitcode.NotPrepared)
	if calls := b.newCalls(before); len(calls) > 0 || b.password() != "one" || !strings.Contains(err.Error(), "PASSWORD") || !strings.Contains(err.Error(), "absent") {
		t.Errorf("calls %q, password %s, %v", calls, b.password(), err)
	}
}

func TestAVaultThatCannotBeReachedDoesNotHoldUpAReleaseWithTheSameSecrets(t *testing.T) {
	b := newSecretBench(t)
	b.install(t, "1.0.0", "password", exitcode.OK)
	b.Refuse("password", 403)
	b.install(t, "1.1.0", "password", exitcode.OK)
	b.Refuse("password", 404)
	b.install(t, "1.2.0", "password", exitcode.NotPrepared)
}

func TestARollbackBringsTheFormerSecretsBack(t *testing.T) {
	for name, former := range map[string]string{"another secret": "password", "none": ""} {
		for _, broken := range []string{"set-program", "start"} {
			t.Run(name+" "+broken, func(t *testing.T) {
				b := newSecretBench(t)
				b.Set("other", vaulttest.Secret{Value: "other"})
				b.install(t, "1.0.0", former, exitcode.OK)
				before := b.password()
				b.breakOnce(t, broken)
				b.install(t, "1.1.0", "other", exitcode.RolledBack)
				if after := b.password(); after != before {
					t.Errorf("%s became %s", before, after)
				}
			})
		}
	}
}

func TestSecretsThatAreDeclaredNoMoreAreRemovedWhenTheReleaseIsGood(t *testing.T) {
	b := newSecretBench(t)
	b.install(t, "1.0.0", "password", exitcode.OK)
	b.breakOnce(t, "start")
	b.install(t, "1.1.0", "", exitcode.RolledBack)
	if b.password() != "one" {
		t.Errorf("after the rollback: %s", b.password())
	}
	b.install(t, "1.2.0", "", exitcode.OK)
	if version, err := secrets.Current(b.Machine, "orders"); version != "" || err != nil || b.password() == "one" {
		t.Errorf("left %s, %v", version, err)
	}
}

func TestAFirstInstallationThatFailsLeavesNoSecret(t *testing.T) {
	b := newSecretBench(t)
	b.breakOnce(t, "start")
	b.install(t, "1.0.0", "password", exitcode.FirstInstallGone)
	if b.password() == "one" {
		t.Error("the secret is still there")
	}
}
