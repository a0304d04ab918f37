package consul

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/nrpt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// bench is a keeper on a service manager in memory, with a Consul that is a server of the test.
type bench struct {
	*Keeper
	*servicetest.Fake
	vault *vaulttest.Vault
	// zone is what the metadata service says; refuses is what `consul validate` says.
	zone, refuses string
	zoneErr       error

	mu          sync.Mutex
	requests    []string
	maintenance map[string]string
	http        *http.Server
	port        int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{Fake: &servicetest.Fake{}, vault: vaulttest.New(t), zone: "2", maintenance: map[string]string{}, port: freeport.Of(t)}
	log := slog.New(slog.DiscardHandler)
	archive := zipOf(t, entry{"consul", string(emptyProgram()), 0})
	m := machine.Machine{Root: t.TempDir(), MetadataAddress: b.vault.Address, Name: "web000001"}
	if err := m.Prepare(); err != nil {
		t.Fatal(err)
	}
	b.Keeper = &Keeper{
		Machine: m, Manager: b.Fake, Firewall: hostfirewall.Recorder{Folder: t.TempDir()}, Names: nrpt.None{}, OS: "linux", Arch: "amd64", Log: log,
		Download: func(_ context.Context, _ download.Source, path string) error { return atomicfile.Copy(archive, path) },
		Zone:     func(context.Context) (string, error) { return b.zone, b.zoneErr },
		Vault: func() *keyvault.Client {
			client := keyvault.NewClient(log, b.vault.Address, identity.NewSource(b.vault.Address).Token)
			client.Attempts, client.Propagation = 1, 0
			return client
		},
		Run: func(context.Context, string, ...string) (string, error) {
			if b.refuses != "" {
				return b.refuses, errors.New("exit status 1")
			}
			return "", nil
		},
		Patience: Patience{Join: 300 * time.Millisecond, Answer: time.Second, Silence: 500 * time.Millisecond, Gone: 300 * time.Millisecond, Port: time.Second},
	}
	for name, value := range map[string]string{
		"gossip": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "agent": "agent-token", "services": "services-token",
	} {
		b.vault.Set(name, vaulttest.Secret{Value: value})
	}
	t.Cleanup(b.silence)
	return b
}

// emptyProgram is the least that is a program for Linux on amd64.
func emptyProgram() []byte {
	header := make([]byte, 64)
	copy(header, "\x7fELF\x02\x01\x01")
	header[16], header[18], header[20], header[52], header[54], header[58] = 2, 62, 1, 64, 56, 64
	return header
}

// answer has Consul answer from now on, as one that knows a leader.
func (b *bench) answer(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(b.port)))
	if err != nil {
		t.Fatal(err)
	}
	b.http = &http.Server{Handler: http.HandlerFunc(b.serve)}
	go b.http.Serve(listener)
}

func (b *bench) silence() {
	if b.http != nil {
		b.http.Close()
		b.http = nil
	}
}

func (b *bench) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Method != http.MethodGet {
		b.requests = append(b.requests, strings.TrimPrefix(r.URL.String(), "/v1/")+" "+r.Header.Get("X-Consul-Token"))
	}
	recorder := httptest.NewRecorder()
	switch {
	case r.URL.Path == "/v1/status/leader":
		_ = json.NewEncoder(recorder).Encode("127.0.0.1:8300")
	case r.URL.Path == "/v1/agent/checks":
		checks := map[string]any{}
		for id, notes := range b.maintenance {
			checks["_service_maintenance:"+id] = map[string]string{"ServiceID": id, "Notes": notes}
		}
		_ = json.NewEncoder(recorder).Encode(checks)
	case strings.HasPrefix(r.URL.Path, "/v1/agent/service/maintenance/"):
		id := strings.TrimPrefix(r.URL.Path, "/v1/agent/service/maintenance/")
		delete(b.maintenance, id)
		if r.URL.Query().Get("enable") == "true" {
			b.maintenance[id] = r.URL.Query().Get("reason")
		}
	default:
		_, _ = recorder.WriteString("{}")
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
}

// told are the changing requests since the last question.
func (b *bench) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	requests := b.requests
	b.requests = nil
	return requests
}

func (b *bench) wanted(hash byte) Wanted {
	services := spec.SecretReference{URL: b.vault.URL("services"), ClientID: vaulttest.ClientID}
	return Wanted{Consul: &spec.Consul{
		Version:  "1.21.0",
		Programs: []spec.ConsulProgram{{OS: "linux", Arch: "amd64", URL: "http://127.0.0.1/consul.zip", SHA256: strings.Repeat(string(hash), 64)}},
		Configuration: map[string]any{
			"server": false, "domain": "consul", "client_addr": "127.0.0.1", "bind_addr": "127.0.0.1",
			"ports": map[string]any{"http": float64(b.port), "serf_lan": float64(b.port + 1)},
		},
		CACertificate: "certificate",
		Secrets: spec.ConsulSecrets{
			GossipKey: spec.SecretReference{URL: b.vault.URL("gossip"), ClientID: vaulttest.ClientID},
			Tokens:    spec.ConsulTokens{Agent: spec.SecretReference{URL: b.vault.URL("agent"), ClientID: vaulttest.ClientID}, Services: &services},
		},
	}}
}

func (b *bench) ensure(t *testing.T, wanted Wanted) string {
	t.Helper()
	text, err := b.Ensure(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
