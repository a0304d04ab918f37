// Package machine knows where the agent's files lie on this machine and what the machine is called.
package machine

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
)

// Machine is the host as the agent sees it. Its values come from the environment, so that several machines can live on
// one computer.
type Machine struct {
	// Root is the folder of all the agent's files.
	Root string
	// HostAddress is where services listen and are asked; empty means all interfaces, asked on 127.0.0.1.
	HostAddress string
	// MetadataAddress is where Azure's metadata service answers.
	MetadataAddress string
	// Name is the machine's name, for services that tell who answered.
	Name string
}

// AgentService is the name of the agent's own service, which no other service can have.
const AgentService = "windows-ha-agent"

// ConsulService is what Consul is called by the service manager.
const ConsulService = "consul"

// metadataAddress is link-local: only the machine itself reaches it.
const metadataAddress = "http://169.254.169.254"

// FromEnvironment reads WINDOWS_HA_ROOT, WINDOWS_HA_HOST_ADDRESS, WINDOWS_HA_METADATA_ADDRESS and COMPUTERNAME.
func FromEnvironment() (Machine, error) {
	m := Machine{Root: os.Getenv("WINDOWS_HA_ROOT"), HostAddress: os.Getenv("WINDOWS_HA_HOST_ADDRESS"), Name: os.Getenv("COMPUTERNAME")}
	if m.HostAddress != "" && net.ParseIP(m.HostAddress) == nil {
		return Machine{}, fmt.Errorf("WINDOWS_HA_HOST_ADDRESS: seen %q; allowed: an IP address of this machine, or nothing for all", m.HostAddress)
	}
	if m.MetadataAddress = os.Getenv("WINDOWS_HA_METADATA_ADDRESS"); m.MetadataAddress == "" {
		m.MetadataAddress = metadataAddress
	}
	if parsed, err := url.Parse(m.MetadataAddress); err != nil || parsed.Scheme != "http" || parsed.Host == "" || parsed.Path != "" {
		return Machine{}, fmt.Errorf("WINDOWS_HA_METADATA_ADDRESS: seen %q; allowed: an address such as %s, or nothing for that one", m.MetadataAddress, metadataAddress)
	}
	if m.Root == "" {
		m.Root = DefaultRoot()
	}
	root, err := filepath.Abs(m.Root)
	if err != nil {
		return Machine{}, fmt.Errorf("WINDOWS_HA_ROOT: seen %q; allowed: a path (%w)", m.Root, err)
	}
	m.Root = root
	if m.Name == "" {
		if m.Name, err = os.Hostname(); err != nil {
			return Machine{}, fmt.Errorf("this machine has no name, set COMPUTERNAME: %w", err)
		}
	}
	return m, nil
}

// ListenAddress is the host:port that a service is told to listen on.
func (m Machine) ListenAddress(port int) string {
	return net.JoinHostPort(m.HostAddress, strconv.Itoa(port))
}

// AskAddress is the host:port where a service is asked for its health.
func (m Machine) AskAddress(port int) string {
	host := m.HostAddress
	if host == "" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// LockFile is held by the one run of the agent that may change this machine.
func (m Machine) LockFile() string { return filepath.Join(m.Root, "agent.lock") }

// JournalFile describes the installation that is going on, so that the next run can finish or undo it.
func (m Machine) JournalFile() string { return filepath.Join(m.Root, "journal.json") }

// LogsFolder outlives every service.
func (m Machine) LogsFolder() string { return filepath.Join(m.Root, "logs") }

// ServiceLogs is the folder of what a wrapped service prints, and of the logs that a service writes itself.
func (m Machine) ServiceLogs(service string) string { return filepath.Join(m.LogsFolder(), service) }

// DataFolder is where a service keeps what has to outlive its releases.
func (m Machine) DataFolder(service string) string { return filepath.Join(m.Root, "data", service) }

// TaskFile is where the runs of a scheduled task are kept: beside its logs, where the service may write.
func (m Machine) TaskFile(service string) string {
	return filepath.Join(m.ServiceLogs(service), "task.json")
}

// LogFile is the agent's own log, one JSON object per line.
func (m Machine) LogFile() string { return filepath.Join(m.LogsFolder(), "agent.log") }

// RunFolder holds files that say what goes on now.
func (m Machine) RunFolder() string { return filepath.Join(m.Root, "run") }

// DrainFile exists while a service has to answer "not ready".
func (m Machine) DrainFile(service string) string {
	return filepath.Join(m.RunFolder(), service+".drain")
}

// HostFolder holds what stands in for the machine's firewall and event log where it has none.
func (m Machine) HostFolder() string { return filepath.Join(m.Root, "host") }

// AgentFolder holds the agent's own copies of its program.
func (m Machine) AgentFolder() string { return filepath.Join(m.Root, "agent") }

// ResidentFile is where the resident part says that it lives and what it did.
func (m Machine) ResidentFile() string { return filepath.Join(m.RunFolder(), AgentService+".json") }

// EventsFile lists the scheduled events that the machine is prepared for.
func (m Machine) EventsFile() string { return filepath.Join(m.RunFolder(), "scheduled-events.json") }

// RestartFile exists while a hung service is being restarted.
func (m Machine) RestartFile(service string) string {
	return filepath.Join(m.RunFolder(), service+".restart")
}

// ServicesFolder has one folder per service.
func (m Machine) ServicesFolder() string { return filepath.Join(m.Root, "services") }

// ServiceFolder holds everything of one service but its logs.
func (m Machine) ServiceFolder(service string) string {
	return filepath.Join(m.ServicesFolder(), service)
}

// ConsulFolder holds everything of Consul but its logs.
func (m Machine) ConsulFolder() string { return filepath.Join(m.Root, "consul") }

// StateFile says which release is in place and how the last installation went.
func (m Machine) StateFile(service string) string {
	return filepath.Join(m.ServiceFolder(service), "state.json")
}

// AdoptedFile holds a registration that somebody else made, from when it was adopted.
func (m Machine) AdoptedFile(service string) string {
	return filepath.Join(m.ServiceFolder(service), "adopted.json")
}

// ReleasesFolder has one folder per release.
func (m Machine) ReleasesFolder(service string) string {
	return filepath.Join(m.ServiceFolder(service), "releases")
}

// StagingFolder is where releases are prepared; what is left there is of no use to anybody.
func (m Machine) StagingFolder(service string) string {
	return filepath.Join(m.ServiceFolder(service), "staging")
}

// Prepare creates the folders that every command needs.
func (m Machine) Prepare() error {
	if err := protectRoot(m.Root); err != nil {
		return fmt.Errorf("the agent's folder can't be used: %w", err)
	}
	for _, folder := range []string{m.LogsFolder(), m.RunFolder(), m.ServicesFolder()} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("the agent's folder can't be used: %w", err)
		}
	}
	return nil
}
