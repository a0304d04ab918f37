package consul

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Wanted is what a document declares of Consul.
type Wanted struct {
	Consul *spec.Consul `json:"consul"`
	// Server is nil for a client.
	Server *spec.ConsulServer `json:"server,omitempty"`
	// Exposed is true where the machine's own firewall is the agent's business.
	Exposed bool `json:"exposed,omitempty"`
}

// installation is a program with a configuration on this machine.
type installation struct {
	Wanted
	// Build and Configuration name the folders of both.
	Build         string          `json:"build"`
	Configuration string          `json:"configuration"`
	Zone          string          `json:"zone,omitempty"`
	Program       service.Program `json:"program"`
}

// settings of the service. It comes back however often it fails: a machine without it is found by nobody.
var settings = service.Settings{
	DisplayName: "Consul", Description: "Discovery agent of this machine, kept by windows-ha-agent.",
	SIDType: service.SIDUnrestricted, StartMode: service.StartAutomatic, PreShutdown: 20,
	Recovery: service.Recovery{
		Actions:     []service.RecoveryAction{{Action: service.ActionRestart, Delay: 5}},
		ResetPeriod: 600, NonCrashFailures: true,
	},
}

// declared is what a document asks for on this machine. A zone that can't be asked for now is the one that was known: a
// metadata service in trouble restarts nobody.
func (k *Keeper) declared(ctx context.Context, wanted Wanted, known state) (installation, error) {
	archive, err := wanted.Consul.Program(k.OS, k.Arch)
	if err != nil {
		return installation{}, exitcode.With(exitcode.NotPrepared, err)
	}
	zone, err := k.Zone(ctx)
	if err != nil {
		zone = known.Zone
		k.Log.Warn("the machine's zone isn't known now", "taken", zone, "error", err.Error())
	}
	n := installation{Wanted: wanted, Build: wanted.Consul.Version + "-" + archive.SHA256[:8], Zone: zone}
	if n.Configuration, err = k.configurationID(n); err != nil {
		return installation{}, err
	}
	n.Program = service.Program{
		Path: filepath.Join(k.layout().versions(), n.Build, k.executable()),
		Arguments: []string{
			"agent", "-config-dir", k.layout().configuration(n.Configuration), "-config-dir", k.layout().registrations(),
		},
	}
	return n, nil
}

func (k *Keeper) executable() string {
	if k.OS == "windows" {
		return "consul.exe"
	}
	return "consul"
}

// configurationID names a configuration by all that is in it but the values of secrets, which are replaced in place.
func (k *Keeper) configurationID(n installation) (string, error) {
	text, err := json.Marshal([]any{n.Consul.Configuration, k.machineDocument(n, "(this configuration)"), n.Consul.CACertificate, n.Consul.Secrets})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12], nil
}

// running is what the service manager starts now, as it was recorded.
func (k *Keeper) running(status *service.Status, known state) (installation, error) {
	folder := filepath.Dir(filepath.Dir(status.Program.Path))
	if folder != k.layout().versions() {
		return installation{}, exitcode.Errorf(exitcode.NotPrepared,
			"the service %s exists on this machine, but it runs %s, which this agent did not install: remove it, or declare no consul for this machine", machine.ConsulService, status.Program.Path)
	}
	if known.Program.Equal(status.Program) {
		return known.installation, nil
	}
	// Cut off before it was recorded, and the journal is lost: the registration says enough to come back to it.
	return installation{Wanted: known.Wanted, Program: status.Program}, nil
}

// query is a status, or nil where Consul isn't registered.
func (k *Keeper) query(ctx context.Context) (*service.Status, error) {
	status, err := k.Manager.Query(ctx, machine.ConsulService)
	if errors.Is(err, service.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &status, nil
}

// address is where programs of this machine ask Consul.
func (k *Keeper) address(n installation) string {
	host, _ := n.Consul.Configuration["client_addr"].(string)
	if k.Machine.HostAddress != "" {
		host = k.Machine.HostAddress
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1" // a template of Consul's, or all addresses
	}
	return net.JoinHostPort(host, strconv.Itoa(portOf(n.Wanted, "http", 8500)))
}

func portOf(wanted Wanted, name string, usual int) int {
	ports, _ := wanted.Consul.Configuration["ports"].(map[string]any)
	if port, declared := ports[name].(float64); declared {
		return int(port)
	}
	return usual
}

// client asks Consul with one of its tokens.
func (k *Keeper) client(n installation, which func(tokens) string) consulapi.Client {
	var document secretsDocument
	text, err := os.ReadFile(filepath.Join(k.layout().configuration(n.Configuration), secretsFile))
	if err == nil {
		err = json.Unmarshal(text, &document)
	}
	if err != nil { // it is answered "denied", which says more than a missing file
		k.Log.Warn("Consul's tokens can't be read", "error", err.Error())
	}
	return consulapi.Client{Address: k.address(n), Token: strings.TrimSpace(which(document.ACL.Tokens))}
}
