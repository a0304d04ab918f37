package spec

import "fmt"

// Consul is the agent of discovery on a machine: a client beside services, or a server.
type Consul struct {
	Version  string          `json:"version"`
	Programs []ConsulProgram `json:"programs"`
	// Configuration is in Consul's own words, without what the machine alone knows.
	Configuration map[string]any `json:"configuration"`
	CACertificate string         `json:"caCertificate"`
	Secrets       ConsulSecrets  `json:"secrets"`
	// Services are registered while what declares them is installed, in Consul's own words.
	Services []ConsulService `json:"services"`
}

// ConsulService is a service as a configuration file of Consul declares it.
type ConsulService map[string]any

// ID is what Consul knows the service by.
func (s ConsulService) ID() string {
	id, _ := s["id"].(string)
	return id
}

// ConsulProgram is a zip file with the program for a platform.
type ConsulProgram struct {
	OS     string `json:"os"`
	Arch   string `json:"arch"`
	URL    string `json:"url"`
	SHA256 string `json:"sha256"`
}

// ConsulSecrets are where the machine reads what only Consul may know.
type ConsulSecrets struct {
	GossipKey SecretReference `json:"gossipKey"`
	Tokens    ConsulTokens    `json:"tokens"`
	// Certificate is a server's own, with its key; nil for a client.
	Certificate *SecretReference `json:"certificate,omitempty"`
}

// ConsulTokens are tokens by what they are used for; nil for what isn't.
type ConsulTokens struct {
	Agent      SecretReference  `json:"agent"`
	DNS        *SecretReference `json:"dns,omitempty"`
	Services   *SecretReference `json:"services,omitempty"`
	Management *SecretReference `json:"management,omitempty"`
}

// SecretReference is a value in a vault and the identity of the machine that may read it.
type SecretReference struct {
	URL      string `json:"url"`
	ClientID string `json:"clientId"`
}

// ConsulServerSpec is the document of a machine that is a server of Consul and nothing else.
type ConsulServerSpec struct {
	SchemaVersion int          `json:"schemaVersion"`
	Consul        Consul       `json:"consul"`
	Server        ConsulServer `json:"server"`
}

// ConsulServer is what the servers' agents do besides keeping Consul.
type ConsulServer struct {
	DeclaredData DeclaredDataReference `json:"declaredData"`
	// Snapshots is nil where none are taken.
	Snapshots *ConsulSnapshots `json:"snapshots,omitempty"`
}

// BlobReference is a blob, or a container of blobs, and the identity of the machine that may use it.
type BlobReference struct {
	URL      string `json:"url"`
	ClientID string `json:"clientId"`
}

// DeclaredDataReference is where the servers find what the datacenter has to hold.
type DeclaredDataReference struct {
	BlobReference
	Interval Seconds `json:"intervalSeconds"`
}

// ConsulSnapshots says where snapshots go, how often, and how many stay.
type ConsulSnapshots struct {
	Container       BlobReference `json:"container"`
	IntervalMinutes float64       `json:"intervalMinutes"`
	Keep            int           `json:"keep"`
}

// Program is the first zip file for a platform.
func (c *Consul) Program(os, arch string) (ConsulProgram, error) {
	offered := make([]string, 0, len(c.Programs))
	for _, p := range c.Programs {
		if p.OS == os && p.Arch == arch {
			return p, nil
		}
		offered = append(offered, p.OS+"/"+p.Arch)
	}
	return ConsulProgram{}, fmt.Errorf("consul.programs: there is no build for this machine's platform %s/%s; the document has %v: add one", os, arch, offered)
}

// Hash is the SHA-256 of all that is declared.
func (c *Consul) Hash() string { return hashOf(c) }

// Hash is the SHA-256 of the whole document.
func (s *ConsulServerSpec) Hash() string { return hashOf(s) }

// consulRules are what the schema can't say of Consul.
func consulRules(c *Consul) []Finding {
	findings := uniqueServices(c)
	if server := c.Configuration["server"] == true; !server && c.Secrets.Tokens.Management != nil {
		findings = append(findings, Finding{"consul.secrets.tokens.management", "a reference, on a client", "nothing: a token that may do everything belongs to servers alone"})
	}
	return findings
}

func uniqueServices(c *Consul) []Finding {
	var findings []Finding
	first := map[string]int{}
	for i, service := range c.Services {
		id := service.ID()
		path := fmt.Sprintf("consul.services[%d].id", i)
		if j, seen := first[id]; seen {
			findings = append(findings, Finding{path, jsonText(id), fmt.Sprintf("an id that consul.services[%d] doesn't have: the later one would replace the first", j)})
			continue
		}
		first[id] = i
		if !fileName.MatchString(id) {
			findings = append(findings, Finding{path, jsonText(id), "1 to 100 letters, digits, dots, underscores and hyphens, no dot first: it names a file"})
		}
	}
	return findings
}

// usableConsul: on the machine of a service Consul is a client.
func usableConsul(s *AgentSpec) []Finding {
	if s.Consul == nil {
		return nil
	}
	findings := consulRules(s.Consul)
	if s.Consul.Configuration["server"] == true {
		findings = append(findings, Finding{"consul.configuration.server", "true", "false: servers are machines of their own, which `consul install` makes"})
	}
	return findings
}

func serverRules(s *ConsulServerSpec) []Finding {
	findings := consulRules(&s.Consul)
	for path, missing := range map[string]bool{
		"consul.secrets.tokens.management": s.Consul.Secrets.Tokens.Management == nil,
		"consul.secrets.certificate":       s.Consul.Secrets.Certificate == nil,
	} {
		if missing {
			findings = append(findings, Finding{path, "nothing", "a reference: a server needs it"})
		}
	}
	if s.Consul.Configuration["server"] != true {
		findings = append(findings, Finding{"consul.configuration.server", jsonText(s.Consul.Configuration["server"]), "true: the document of a client is an AgentSpec"})
	}
	sortFindings(findings)
	return findings
}
