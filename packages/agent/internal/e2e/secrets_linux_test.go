package e2e

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

func TestAServiceAnswersByTLSWithACertificateFromTheVault(t *testing.T) {
	h, vault := newHost(t), vaulttest.New(t)
	const mark = "hunter2-value"
	issued := vaulttest.Issue(t, "orders.example", time.Now().Add(time.Hour))
	vault.Set("tls", vaulttest.Secret{Value: issued.PEM(t), ContentType: "application/x-pem-file"})
	vault.Set("password", vaulttest.Secret{Value: mark})
	command := h.installCommand(h.document("1.0.0", func(s *spec.AgentSpec) {
		s.Health.Scheme = "https"
		s.Certificate = &spec.Certificate{URL: vault.URL("tls"), ClientID: vaulttest.ClientID}
		s.Secrets = []spec.Secret{{Name: "PASSWORD", URL: vault.URL("password"), ClientID: vaulttest.ClientID}}
		s.SecretRefresh = 10
	}))
	command.Env = append(command.Env, "WINDOWS_HA_METADATA_ADDRESS="+vault.Address)
	r := h.run(command)
	if r.code != exitcode.OK {
		t.Fatalf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Get(fmt.Sprintf("https://127.0.0.1:%d/whoami", h.port))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if !response.TLS.PeerCertificates[0].Equal(issued.Leaf) {
		t.Errorf("it answers with %v", response.TLS.PeerCertificates[0].Subject)
	}
	var seen whoami
	if err := json.NewDecoder(response.Body).Decode(&seen); err != nil {
		t.Fatal(err)
	}
	for _, variable := range seen.Environment {
		if path, found := strings.CutPrefix(variable, "PASSWORD_FILE="); found {
			if text, err := os.ReadFile(path); err != nil || string(text) != mark {
				t.Errorf("%s: %q, %v", path, text, err)
			}
		}
	}
	holders := 0
	err = filepath.WalkDir(h.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), mark) {
			holders++
		}
		return err
	})
	if err != nil || holders != 1 || strings.Contains(r.stdout+r.stderr, mark) {
		t.Errorf("%d files hold the value, want its own alone (%v)\n%s", holders, err, r.stderr)
	}
}

func TestASecretOfAnInterruptedReleaseIsTakenBackWithIt(t *testing.T) {
	for _, place := range []string{"after secrets", "after start"} {
		t.Run(place, func(t *testing.T) {
			h, vault := newHost(t), vaulttest.New(t)
			install := func(version, crash string) result {
				command := h.installCommand(h.document(version, func(s *spec.AgentSpec) {
					s.Secrets = []spec.Secret{{Name: "PASSWORD", URL: vault.URL(strings.ReplaceAll(version, ".", "-")), ClientID: vaulttest.ClientID}}
				}))
				command.Env = append(command.Env, "WINDOWS_HA_METADATA_ADDRESS="+vault.Address, "WINDOWS_HA_CRASH_AT="+crash)
				return h.run(command)
			}
			vault.Set("1-0-0", vaulttest.Secret{Value: "former"})
			vault.Set("1-1-0", vaulttest.Secret{Value: "next"})
			if r := install("1.0.0", ""); r.code != exitcode.OK {
				t.Fatal(r.stderr)
			}
			if r := install("1.1.0", place); r.code != -1 {
				t.Fatalf("it wasn't killed: %s", r.stderr)
			}
			if r := install("1.0.0", ""); r.code != exitcode.OK {
				t.Fatal(r.stderr)
			}
			h.serves("1.0.0")
			text, err := os.ReadFile(filepath.Join(h.root, "services", "orders", "secrets", "current", "secret-PASSWORD"))
			if err != nil || string(text) != "former" {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}
