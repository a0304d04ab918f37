// Package spec reads and checks the AgentSpec, the one document that says what a machine has to run. Its shape is
// declared in packages/spec/src/agent-spec.ts; agent-spec.schema.json is generated from there.
package spec

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// AgentSpec mirrors the TypeScript type of the same name.
type AgentSpec struct {
	SchemaVersion  int        `json:"schemaVersion"`
	Service        Service    `json:"service"`
	Artifacts      []Artifact `json:"artifacts"`
	Health         HealthGate `json:"health"`
	Stop           StopBudget `json:"stop"`
	ReleasesToKeep int        `json:"releasesToKeep"`
	// HostFirewall is nil where the machine's own firewall isn't the agent's business.
	HostFirewall *HostFirewall `json:"hostFirewall,omitempty"`
	// EventSource is the service's name in the event log; empty for none.
	EventSource string `json:"eventSource,omitempty"`
	// Resident is nil where nothing of the agent stays on the machine.
	Resident *Resident `json:"resident,omitempty"`
	// Consul is nil where the machine has none that the agent looks after.
	Consul *Consul `json:"consul,omitempty"`
	// Secrets are files that the service gets from Azure Key Vault.
	Secrets []Secret `json:"secrets,omitempty"`
	// Certificate is nil for a service without TLS.
	Certificate *Certificate `json:"certificate,omitempty"`
	// SecretRefresh is the time between two looks for new versions; 0 when the document says nothing.
	SecretRefresh Seconds `json:"secretRefreshSeconds,omitempty"`
}

// HostFirewall is what the machine's own firewall lets in to the service.
type HostFirewall struct {
	Rules []hostfirewall.Rule `json:"rules"`
}

// Secret is one value in a vault. The service gets the path of its file in the variable <NAME>_FILE.
type Secret struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	ClientID string `json:"clientId"`
}

// Certificate is a secret in a vault that holds a certificate with its key.
type Certificate struct {
	URL      string `json:"url"`
	ClientID string `json:"clientId"`
}

// Service is the service as the service manager sees it.
type Service struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	Version     string `json:"version"`
	// Port is 0 for a scheduled task.
	Port        int               `json:"port,omitempty"`
	Arguments   []string          `json:"arguments"`
	Environment map[string]string `json:"environment"`
	// Configuration is what the program reads from the file that WINDOWS_HA_CONFIG_FILE names; nil for none.
	Configuration map[string]string `json:"configuration,omitempty"`
	// ConfigurationPrefix is where the program finds its settings in Consul's store; empty for none.
	ConfigurationPrefix string `json:"configurationPrefix,omitempty"`
	// Mode is "console", "scheduledTask" or, like nothing, "service".
	Mode string `json:"mode,omitempty"`
	// Schedule is nil for what runs all the time.
	Schedule *schedule.Schedule `json:"schedule,omitempty"`
	// What follows has a usual value for nothing; see [AgentSpec.Settings].
	Account            string            `json:"account,omitempty"`
	SIDType            service.SIDType   `json:"sidType,omitempty"`
	RequiredPrivileges []string          `json:"requiredPrivileges,omitempty"`
	StartMode          service.StartMode `json:"startMode,omitempty"`
	Dependencies       []string          `json:"dependencies,omitempty"`
	Recovery           *service.Recovery `json:"recovery,omitempty"`
}

// IsConsole tells whether the program can't speak with the service manager and is wrapped.
func (s Service) IsConsole() bool { return s.Mode == "console" || s.IsTask() }

// IsTask tells whether the program runs by a schedule. It is a console program, too.
func (s Service) IsTask() bool { return s.Mode == "scheduledTask" }

// Artifact is one build of the service's program.
type Artifact struct {
	OS     string `json:"os"`
	Arch   string `json:"arch"`
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
	// Authentication is nil for a program that everybody may download.
	Authentication *Authentication `json:"authentication,omitempty"`
}

// Authentication is the machine's managed identity that may read the program's blob.
type Authentication struct {
	Kind     string `json:"kind"`
	ClientID string `json:"clientId"`
}

// HealthGate says when a started release counts as good.
type HealthGate struct {
	// Provider is "agent" or, like nothing, "service": who answers on the health endpoints.
	Provider string `json:"provider,omitempty"`
	// Port is where the agent answers; 0 when the service does.
	Port int `json:"port,omitempty"`
	// Scheme is "https" or, like nothing, "http".
	Scheme               string  `json:"scheme,omitempty"`
	Path                 string  `json:"path"`
	Interval             Seconds `json:"intervalSeconds"`
	Timeout              Seconds `json:"timeoutSeconds"`
	ConsecutiveSuccesses int     `json:"consecutiveSuccesses"`
	Deadline             Seconds `json:"deadlineSeconds"`
	// Admission is nil where nobody waits for the balancer.
	Admission *Admission `json:"admission,omitempty"`
}

// Admission is what a balancer asks, and how long until it believes it and sends new connections.
type Admission struct {
	Path string  `json:"path"`
	Wait Seconds `json:"seconds"`
}

// ByAgent tells whether the agent's resident part answers in the service's place.
func (h HealthGate) ByAgent() bool { return h.Provider == "agent" }

// StopBudget is the time that a running release gets to leave (S4-36..39).
type StopBudget struct {
	Drain Seconds `json:"drainSeconds"`
	Stop  Seconds `json:"stopSeconds"`
	Kill  Seconds `json:"killSeconds"`
	// PreShutdown is 0 for the three times together.
	PreShutdown Seconds `json:"preShutdownSeconds,omitempty"`
}

// Seconds is a length of time as the document writes it.
type Seconds = service.Seconds

// Hash is the SHA-256 of the whole document. Two documents with equal content have equal hashes, however they are
// formatted.
func (s *AgentSpec) Hash() string { return hashOf(s) }

// Artifact is the build for a platform.
func (s *AgentSpec) Artifact(os, arch string) (Artifact, error) {
	offered := make([]string, 0, len(s.Artifacts))
	for _, a := range s.Artifacts {
		if a.OS == os && a.Arch == arch {
			return a, nil
		}
		offered = append(offered, a.OS+"/"+a.Arch)
	}
	return Artifact{}, fmt.Errorf("artifacts: there is no build for this machine's platform %s/%s; the document has %v: add one", os, arch, offered)
}

// Release names the folder of a release: "<version>-<hash8>". The hash covers everything that the running process can
// see (program, arguments, environment, configuration, port, where its secrets come from), so that a release never changes under its
// name, and nothing else, so that a new download address or another deadline doesn't restart a service. A new value
// behind the same address doesn't either: its file is replaced while the service runs.
func (s *AgentSpec) Release(program Artifact) string {
	return s.Service.Version + "-" + hashOf(struct {
		Name, Version, SHA256 string
		Port                  int
		Arguments             []string
		Environment           map[string]string
		Configuration         map[string]string  `json:",omitempty"`
		ConfigurationPrefix   string             `json:",omitempty"`
		Secrets               map[string]string  `json:",omitempty"`
		IsConsole             bool               `json:",omitempty"`
		Schedule              *schedule.Schedule `json:",omitempty"`
	}{s.Service.Name, s.Service.Version, program.SHA256, s.Service.Port, s.Service.Arguments, s.Service.Environment, s.Service.Configuration, s.Service.ConfigurationPrefix, s.secretAddresses(), s.Service.IsConsole(), s.Service.Schedule})[:8]
}

// certificateKey can't be a secret's name.
const certificateKey = "certificate"

func (s *AgentSpec) secretAddresses() map[string]string {
	addresses := map[string]string{}
	for _, secret := range s.Secrets {
		addresses[secret.Name] = secret.URL
	}
	if s.Certificate != nil {
		addresses[certificateKey] = s.Certificate.URL
	}
	return addresses
}

func hashOf(value any) string {
	text, err := json.Marshal(value) // maps are written with sorted keys
	if err != nil {
		panic(err) // plain data always marshals
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
