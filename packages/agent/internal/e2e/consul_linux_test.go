package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// discovered is a machine whose service declares Consul.
type discovered struct {
	*host
	vault       *vaulttest.Vault
	api, gossip int
	secrets     spec.ConsulSecrets
}

func newDiscovered(t *testing.T, env ...string) *discovered {
	vault := vaulttest.New(t)
	h := newHostWith(t, append(env, "WINDOWS_HA_METADATA_ADDRESS="+vault.Address)...)
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	reference := func(name, value string) spec.SecretReference {
		vault.Set(name, vaulttest.Secret{Value: value})
		return spec.SecretReference{URL: vault.URL(name), ClientID: vaulttest.ClientID}
	}
	services := reference("services", "services-token")
	return &discovered{h, vault, freeport.Of(t), freeport.Of(t), spec.ConsulSecrets{
		GossipKey: reference("gossip", base64.StdEncoding.EncodeToString(key)),
		Tokens:    spec.ConsulTokens{Agent: reference("agent", "agent-token"), Services: &services},
	}}
}

// zipped is a zip file with Consul's program and a note that makes it another one; it returns the hash. Nothing of it is
// held in memory: Linux counts what this process has for the programs that it starts.
func (d *discovered) zipped(note string) (url, hash string) {
	d.t.Helper()
	program, err := os.Open(testconsul)
	if err != nil {
		d.t.Fatal(err)
	}
	defer program.Close()
	path := filepath.Join(d.files, "consul-"+note+".zip")
	file, err := os.Create(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	for _, part := range []struct {
		name    string
		content io.Reader
	}{{"consul", program}, {"LICENSE.txt", strings.NewReader(note)}} { // in the same order, for the same hash
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
		if err == nil {
			_, err = io.Copy(entry, part.content)
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		d.t.Fatal(err)
	}
	return d.url + "/" + filepath.Base(path), hashOf(d.t, path)
}

// with declares Consul with a program of a version, behaving in a mode.
func (d *discovered) with(version, mode string, services ...string) func(*spec.AgentSpec) {
	url, hash := d.zipped(version)
	return func(s *spec.AgentSpec) {
		s.Consul = &spec.Consul{
			Version: version, Programs: []spec.ConsulProgram{{OS: "linux", Arch: runtime.GOARCH, URL: url, SHA256: hash}},
			Configuration: configuration(d.api, d.gossip, mode), CACertificate: "-----BEGIN CERTIFICATE-----", Secrets: d.secrets,
			Services: []spec.ConsulService{},
		}
		for _, id := range services {
			s.Consul.Services = append(s.Consul.Services, spec.ConsulService{
				"id": id, "name": id, "tags": []any{}, "meta": map[string]any{"version": s.Service.Version}, "enable_tag_override": false,
				"weights": map[string]any{"passing": 10, "warning": 10},
				"checks":  []any{map[string]any{"id": id + ":alive", "name": "Alive", "ttl": "30s", "status": "critical"}},
			})
		}
	}
}

func configuration(api, gossip int, mode string) map[string]any {
	text := fmt.Sprintf(`{"server":false,"datacenter":"dc1","domain":"consul","node_meta":{"mode":%q},"bind_addr":"127.0.0.1","client_addr":"127.0.0.1",
"ports":{"http":%d,"https":-1,"dns":8600,"grpc":-1,"grpc_tls":-1,"serf_lan":%d,"server":8300},"retry_join":["127.0.0.1"],"retry_interval":"15s","retry_max":0,
"leave_on_terminate":false,"skip_leave_on_interrupt":true,"acl":{"enabled":true,"default_policy":"deny","down_policy":"extend-cache","enable_token_persistence":true},
"auto_encrypt":{"tls":true},"tls":{"defaults":{"verify_incoming":true,"verify_outgoing":true},"internal_rpc":{"verify_server_hostname":true}},
"encrypt_verify_incoming":true,"encrypt_verify_outgoing":true,"enable_script_checks":%t,"enable_local_script_checks":false,"disable_remote_exec":true,"disable_update_check":true,
"dns_config":{"allow_stale":true,"max_stale":"10s","only_passing":false,"service_ttl":{"*":"5s"}},"http_config":{"allow_write_http_from":["127.0.0.0/8"]},
"limits":{"http_max_conns_per_client":200,"rpc_max_conns_per_client":100},"telemetry":{"prometheus_retention_time":"60s","disable_hostname":true},"log_level":"INFO","log_json":true}`,
		mode, api, gossip, mode == "refused")
	var document map[string]any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		panic(err)
	}
	return document
}

func (d *discovered) consul() consul.Status {
	d.t.Helper()
	r := d.run(d.command("consul", "status", "--json"))
	var s consul.Status
	if err := json.Unmarshal([]byte(r.stdout), &s); err != nil {
		d.t.Fatalf("consul status: %v\n%s%s", err, r.stdout, r.stderr)
	}
	return s
}

// registered are the ids that Consul itself knows.
func (d *discovered) registered() []string {
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/v1/agent/services", d.api))
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	var ids []string
	_ = json.Unmarshal(text, &ids)
	return ids
}

// keeps checks all that must hold when a version of Consul is in place and nothing goes on.
func (d *discovered) keeps(version string, ids ...string) {
	d.t.Helper()
	if s := d.consul(); s.State != consul.Ready || s.Version != version || !slices.Equal(s.Services, ids) {
		d.t.Errorf("want Consul %s, ready with %q, got %+v", version, ids, s)
	}
	d.eventually("registered", func() bool { return slices.Equal(d.registered(), ids) })
	for _, file := range []string{"journal.json", "staging"} {
		if _, err := os.Stat(filepath.Join(d.root, "consul", file)); !os.IsNotExist(err) {
			d.t.Errorf("%s is left (%v)", file, err)
		}
	}
	for _, folder := range []string{"versions", "config"} {
		if entries, _ := os.ReadDir(filepath.Join(d.root, "consul", folder)); len(entries) != 1 {
			d.t.Errorf("%s holds %v", folder, entries)
		}
	}
}

func TestAConsulThatFailsIsTakenBackAndTheServiceServes(t *testing.T) {
	d := newDiscovered(t)
	d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	before := d.consul().PID
	r := d.install(d.document("1.0.0", d.with("1.21.1", "refused", "orders")), exitcode.OK)
	if !strings.Contains(r.stdout, "`consul validate` refuses the configuration") || d.consul().PID != before {
		t.Errorf("a refused configuration touched process %d: %s", before, r.stdout)
	}
	r = d.install(d.document("1.0.0", d.with("1.21.1", "crash", "orders")), exitcode.OK)
	if !strings.Contains(r.stdout, `failed at the step "answer"`) || !strings.Contains(r.stdout, "the former one runs again") {
		t.Errorf("said %s", r.stdout)
	}
	d.serves("1.0.0")
	d.keeps("1.21.0", "orders")
}

func TestAFirstConsulThatFailsLeavesTheServiceAlone(t *testing.T) {
	d := newDiscovered(t)
	r := d.install(d.document("1.0.0", d.with("1.21.0", "crash", "orders")), exitcode.OK)
	if !strings.Contains(r.stdout, "Consul is not as it should be") || !strings.Contains(r.stdout, "it was removed again") {
		t.Errorf("said %s", r.stdout)
	}
	d.serves("1.0.0")
	if s := d.consul(); s.State != consul.Absent || !strings.Contains(s.Problem, "it was removed again") {
		t.Errorf("got %+v", s)
	}
	wrong := d.with("1.21.0", "", "orders")
	r = d.install(d.document("1.0.0", wrong, func(s *spec.AgentSpec) { s.Consul.Programs[0].SHA256 = strings.Repeat("b", 64) }), exitcode.OK)
	if !strings.Contains(r.stdout, "it is another file than the declared one") || d.consul().State != consul.Absent {
		t.Errorf("said %s", r.stdout)
	}
	d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	d.keeps("1.21.0", "orders")
}

func TestConsulFollowsTheServicesThatDeclareIt(t *testing.T) {
	d := newDiscovered(t)
	d.install(d.document("1.0.0", d.with("1.21.0", "", "orders", "worker")), exitcode.OK)
	d.keeps("1.21.0", "orders", "worker")
	pid := d.consul().PID
	d.install(d.document("1.1.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	d.keeps("1.21.0", "orders")
	if now := d.consul().PID; now != pid {
		t.Errorf("another release of the service restarted Consul: process %d became %d", pid, now)
	}
	text, err := os.ReadFile(filepath.Join(d.root, "consul", "services", "service-orders.json"))
	if err != nil || !strings.Contains(string(text), `"version": "1.1.0"`) {
		t.Errorf("registered %s, %v", text, err)
	}
	if r := d.run(d.command("rollback")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	d.keeps("1.21.0", "orders", "worker")
	// A release that is taken back leaves the former one's registration.
	d.install(d.document("1.2.0", d.with("1.21.0", "", "other"), mode("unhealthy")), exitcode.RolledBack)
	d.keeps("1.21.0", "orders", "worker")
	d.install(d.document("1.0.0"), exitcode.OK)
	if s := d.consul(); s.State != consul.Absent || alive(pid) {
		t.Errorf("Consul is left: %+v", s)
	}
}

func TestTheSecretsOfConsulLieInItsOwnFilesAlone(t *testing.T) {
	d := newDiscovered(t)
	r := d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	holders := []string{}
	err := filepath.WalkDir(d.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte("agent-token")) {
			holders = append(holders, filepath.Base(path))
		}
		return err
	})
	if err != nil || !slices.Equal(holders, []string{"secrets.json"}) || strings.Contains(r.stdout+r.stderr, "agent-token") {
		t.Errorf("%q hold the token (%v)", holders, err)
	}
}
