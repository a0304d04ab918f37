package secrets

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/lock"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// bench is a machine, a vault, and a service with a password and a certificate.
type bench struct {
	*vaulttest.Vault
	machine machine.Machine
	spec    *spec.AgentSpec
	log     *strings.Builder
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{Vault: vaulttest.New(t), log: &strings.Builder{}}
	b.machine = machine.Machine{Root: t.TempDir(), MetadataAddress: b.Address}
	if err := b.machine.Prepare(); err != nil {
		t.Fatal(err)
	}
	b.spec = &spec.AgentSpec{
		Service:     spec.Service{Name: "orders"},
		Secrets:     []spec.Secret{{Name: "NUL", URL: b.URL("password"), ClientID: vaulttest.ClientID}},
		Certificate: &spec.Certificate{URL: b.URL("tls"), ClientID: vaulttest.ClientID},
	}
	b.Set("password", vaulttest.Secret{Value: "first-value"})
	b.issue(t, time.Now().Add(time.Hour))
	return b
}

func (b *bench) issue(t *testing.T, until time.Time) {
	b.Set("tls", vaulttest.Secret{Value: vaulttest.Issue(t, "orders.example", until).PEM(t), ContentType: "application/x-pem-file"})
}

func (b *bench) refresh(t *testing.T) ([]string, error) {
	t.Helper()
	changed, err := Refresh(t.Context(), b.machine, b.spec, slog.New(slog.NewTextHandler(b.log, nil)))
	if all := b.log.String(); strings.Contains(all, "-value") || strings.Contains(all, "PRIVATE") || err != nil && strings.Contains(err.Error(), "-value") {
		t.Errorf("a value was told: %v\n%s", err, all)
	}
	return changed, err
}

func (b *bench) password(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(Environment(b.machine, b.spec)["NUL_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (b *bench) versions(t *testing.T) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(versionsOf(b.machine, "orders"))
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestValuesBecomeFilesOfTheServiceAloneAndOnlyWhatIsNewChanges(t *testing.T) {
	b := newBench(t)
	all := []string{"NUL_FILE", "TLS_CERT_FILE", "TLS_KEY_FILE"}
	if changed, err := b.refresh(t); err != nil || !slices.Equal(changed, all) || b.password(t) != "first-value" {
		t.Fatalf("changed %v, %v", changed, err)
	}
	before, _ := Current(b.machine, "orders")
	if changed, err := b.refresh(t); err != nil || len(changed) > 0 {
		t.Errorf("again: changed %v, %v", changed, err)
	}
	if after, _ := Current(b.machine, "orders"); after != before {
		t.Errorf("%s became %s", before, after)
	}
	b.Set("password", vaulttest.Secret{Value: "second-value"})
	if changed, err := b.refresh(t); err != nil || !slices.Equal(changed, []string{"NUL_FILE"}) || b.password(t) != "second-value" {
		t.Errorf("a new value: changed %v, %v", changed, err)
	}
	if left := b.versions(t); len(left) != 1 {
		t.Errorf("left %v", left)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for path, mode := range map[string]os.FileMode{folderOf(b.machine, "orders"): 0o700, Environment(b.machine, b.spec)["TLS_KEY_FILE"]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestFormerValuesStayWhenNewOnesCannotBeHad(t *testing.T) {
	for name, row := range map[string]struct {
		break_      func(*bench)
		unreachable bool
	}{
		"a refused identity":    {func(b *bench) { b.Refuse("password", 403) }, true},
		"a vault with a fault":  {func(b *bench) { b.Refuse("password", 503) }, true},
		"a deleted secret":      {func(b *bench) { b.Refuse("password", 404) }, false},
		"an expired secret":     {func(b *bench) { b.Set("password", vaulttest.Secret{Value: "expired-value", Exp: 1}) }, false},
		"a certificate of half": {func(b *bench) { b.Set("tls", vaulttest.Secret{Value: "-----BEGIN PRIVATE-value"}) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.spec.Secrets = append(b.spec.Secrets, spec.Secret{Name: "OTHER", URL: b.URL("other"), ClientID: vaulttest.ClientID})
			b.Set("other", vaulttest.Secret{Value: "old"})
			if _, err := b.refresh(t); err != nil {
				t.Fatal(err)
			}
			row.break_(b)
			b.Set("other", vaulttest.Secret{Value: "new"})
			changed, err := b.refresh(t)
			var kept *KeptError
			if !errors.As(err, &kept) || kept.Unreachable != row.unreachable || !slices.Equal(changed, []string{"OTHER_FILE"}) || b.password(t) != "first-value" {
				t.Errorf("changed %v, %v", changed, err)
			}
		})
	}
}

func TestAMissingValueChangesNothingAtAll(t *testing.T) {
	b := newBench(t)
	if _, err := b.refresh(t); err != nil {
		t.Fatal(err)
	}
	b.spec.Secrets[0].URL = b.URL("elsewhere") // the former value is of another address
	b.issue(t, time.Now().Add(2*time.Hour))
	before, _ := Current(b.machine, "orders")
	changed, err := b.refresh(t)
	var kept *KeptError
	if err == nil || errors.As(err, &kept) || !strings.Contains(err.Error(), "NUL") || !strings.Contains(err.Error(), "isn't in the vault") || len(changed) > 0 {
		t.Errorf("changed %v, %v", changed, err)
	}
	if after, _ := Current(b.machine, "orders"); after != before || len(b.versions(t)) != 1 {
		t.Errorf("%s became %s", before, after)
	}
}

func TestAnExpiredCertificateIsDeliveredWithAWarning(t *testing.T) {
	b := newBench(t)
	b.issue(t, time.Now().Add(-time.Hour))
	if _, err := b.refresh(t); err != nil || !strings.Contains(b.log.String(), "the certificate isn't valid now") {
		t.Errorf("%v, logged %s", err, b.log)
	}
}

func TestNothingIsReplacedWhileAnInstallationGoesOn(t *testing.T) {
	b := newBench(t)
	if _, err := b.refresh(t); err != nil {
		t.Fatal(err)
	}
	release, err := lock.Acquire(t.Context(), b.machine.LockFile())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	b.Set("password", vaulttest.Secret{Value: "second-value"})
	if changed, err := b.refresh(t); exitcode.Of(err) != exitcode.Busy || len(changed) > 0 || b.password(t) != "first-value" || len(b.versions(t)) != 1 {
		t.Errorf("changed %v, %v", changed, err)
	}
}

func TestADamagedVersionIsReplaced(t *testing.T) {
	b := newBench(t)
	for _, damage := range []func(folder string) error{
		func(folder string) error { return os.Remove(filepath.Join(folder, keyFile)) },
		func(folder string) error { return os.WriteFile(filepath.Join(folder, indexFile), []byte("{"), 0o600) },
		os.RemoveAll,
	} {
		if _, err := b.refresh(t); err != nil {
			t.Fatal(err)
		}
		id, _ := Current(b.machine, "orders")
		if err := damage(filepath.Join(versionsOf(b.machine, "orders"), id)); err != nil {
			t.Fatal(err)
		}
		if changed, err := b.refresh(t); err != nil || len(changed) == 0 {
			t.Errorf("changed %v, %v", changed, err)
		}
		if _, err := loadPair(b); err != nil {
			t.Error(err)
		}
	}
}

func loadPair(b *bench) (tls.Certificate, error) {
	files := Environment(b.machine, b.spec)
	return tls.LoadX509KeyPair(files["TLS_CERT_FILE"], files["TLS_KEY_FILE"])
}

// A reader that resolves the link once sees one version; a reader by the two paths may meet a renewal between them and
// reads again. Nobody ever finds a file missing.
func TestARenewalNeverLeavesAGap(t *testing.T) {
	b := newBench(t)
	if _, err := b.refresh(t); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := loadPair(b); errors.Is(err, os.ErrNotExist) {
					if _, again := loadPair(b); again != nil { // pruned between the look at the link and the file
						t.Errorf("%v, then %v", err, again)
					}
				}
			}
		})
	}
	for range 30 {
		b.issue(t, time.Now().Add(time.Hour))
		if _, err := b.refresh(t); err != nil {
			t.Error(err)
		}
		if _, err := loadPair(b); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

func TestACertificateIsReadInEveryFormOfAVaultWithItsOwnFirst(t *testing.T) {
	issued := vaulttest.Issue(t, "orders.example", time.Now().Add(time.Hour))
	for name, encoder := range map[string]*pkcs12.Encoder{"modern": pkcs12.Modern, "legacy": pkcs12.LegacyRC2} {
		der, err := encoder.Encode(issued.Key, issued.Leaf, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, contentType := range []string{"application/x-pkcs12", ""} {
			if p, err := readPair(base64.StdEncoding.EncodeToString(der), contentType); err != nil || !p.leaf.Equal(issued.Leaf) {
				t.Errorf("%s %q: %v", name, contentType, err)
			}
		}
	}
	p, err := readPair(issued.PEM(t), "application/x-pem-file")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := tls.X509KeyPair(p.certificates, p.key)
	if err != nil || !loaded.Leaf.Equal(issued.Leaf) || len(loaded.Certificate) != 2 {
		t.Errorf("%d certificates, %v", len(loaded.Certificate), err)
	}
}

func TestWhatIsNoPairSaysWhyAndNothingOfItself(t *testing.T) {
	one, other := vaulttest.Issue(t, "a", time.Now().Add(time.Hour)), vaulttest.Issue(t, "b", time.Now().Add(time.Hour))
	mixed := vaulttest.Issued{Leaf: one.Leaf, CA: one.CA, Key: other.Key}
	bundle := one.PEM(t)
	end := strings.Index(bundle, "-----BEGIN CERTIFICATE")
	for text, says := range map[string]string{
		mixed.PEM(t):      "doesn't belong to any certificate",
		bundle[end:]:      "exportable",
		bundle[:end]:      "0 certificates",
		"hunter2 hunter2": "neither PEM nor PKCS#12",
		"aHVudGVyMg==":    "PKCS#12 can't be read",
		"-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n": "can't be read; allowed: RSA",
	} {
		if _, err := readPair(text, ""); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "unter2") {
			t.Errorf("want %q, got %v", says, err)
		}
	}
}
