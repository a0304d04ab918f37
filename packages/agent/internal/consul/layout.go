// Package consul keeps Consul on a machine: its program, its configuration, its service, and what it registers. The
// service manager's registration is the truth: it names the program and the folder of the configuration, so that one
// write switches both; the journal is the plan for whoever finds an installation that was cut off.
package consul

import (
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Names inside the folder of a configuration. Consul reads what ends with .json, in the order of the names; of two values
// the later one counts.
const (
	agentFile       = "agent.json"
	machineFile     = "machine.json"
	secretsFile     = "secrets.json"
	authorityFile   = "ca.pem"
	certificateFile = "server.crt"
	keyFile         = "server.key"
)

type layout struct{ machine.Machine }

func (l layout) in(parts ...string) string {
	return filepath.Join(append([]string{l.ConsulFolder()}, parts...)...)
}

// versions has one folder per program, "<version>-<hash8>".
func (l layout) versions() string { return l.in("versions") }

// configurations has one folder per configuration, by its hash.
func (l layout) configurations() string { return l.in("config") }

func (l layout) configuration(id string) string { return filepath.Join(l.configurations(), id) }

// registrations has one file per registered service.
func (l layout) registrations() string { return l.in("services") }

// data is what Consul keeps itself, a server's log among it.
func (l layout) data() string { return l.in("data") }

// staging is where programs and configurations are prepared; what is left there is of no use to anybody.
func (l layout) staging() string { return l.in("staging") }

func (l layout) stateFile() string { return l.in("state.json") }

func (l layout) journalFile() string { return l.in("journal.json") }

// reloadFile exists while Consul has to read its files again.
func (l layout) reloadFile() string { return l.in("reload") }

func (l layout) logs() string { return l.ServiceLogs(machine.ConsulService) }
