// Package systemd registers, starts and stops services by units of systemd, on machines with Linux that are more than a
// stand-in: the servers of Consul.
package systemd

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// registration is what a unit was made from. It stands in the unit itself, so that there is one truth.
type registration struct {
	Settings service.Settings `json:"settings"`
	Program  service.Program  `json:"program"`
}

// mark begins the line of the unit that holds the registration.
const mark = "# windows-ha-agent: "

// hardening is what a service gets that isn't the agent's own: nothing of the system to write, no new rights, no devices,
// and of root's rights only the one to answer DNS on port 53.
var hardening = []string{
	"NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
	"ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes",
	"ProtectHostname=yes", "RestrictSUIDSGID=yes", "RestrictRealtime=yes", "RestrictNamespaces=yes", "LockPersonality=yes",
	"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", "SystemCallArchitectures=native",
	"CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
}

// openFiles is what Consul's vendor recommends: a connection is a file.
const openFiles = 65536

// unit is the text of the unit file of a service. root is the folder in which it may write.
func unit(name string, r registration, root string) (string, error) {
	line, err := json.Marshal(r) // on one line
	if err != nil {
		return "", err
	}
	var text strings.Builder
	section := func(name string, lines ...string) {
		fmt.Fprintf(&text, "\n[%s]\n%s\n", name, strings.Join(lines, "\n"))
	}
	text.WriteString("# Written by windows-ha-agent, which overwrites what is changed here.\n" + mark + string(line) + "\n")
	section("Unit", append([]string{
		"Description=" + escape(r.Settings.DisplayName), "Wants=network-online.target", "After=network-online.target",
		"StartLimitIntervalSec=0", // it comes back however often it fails
		// Its data may lie on a disk that comes late: without it a server would begin a life of its own.
		"RequiresMountsFor=" + quote(filepath.Join(root, name, "data")),
	}, dependencies(r.Settings.Dependencies)...)...)
	section("Service", slicesOf(
		[]string{"Type=exec", "ExecStart=" + commandLine(r.Program)}, environment(r.Program.Environment),
		restart(r.Settings.Recovery),
		[]string{fmt.Sprintf("TimeoutStopSec=%g", float64(r.Settings.PreShutdown)), fmt.Sprintf("LimitNOFILE=%d", openFiles)},
		protection(r.Settings, root),
	)...)
	section("Install", "WantedBy=multi-user.target")
	return text.String(), nil
}

func slicesOf(parts ...[]string) []string {
	var all []string
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

func dependencies(names []string) []string {
	var lines []string
	for _, name := range names {
		lines = append(lines, "Requires="+escape(name)+".service", "After="+escape(name)+".service")
	}
	return lines
}

func commandLine(p service.Program) string {
	words := []string{quote(p.Path)}
	for _, argument := range p.Arguments {
		words = append(words, quoteArgument(argument))
	}
	return strings.Join(words, " ")
}

func environment(pairs []string) []string {
	var lines []string
	for _, pair := range pairs {
		lines = append(lines, "Environment="+quote(pair))
	}
	return lines
}

// restart: systemd knows one delay, and no end that is a failure only after some.
func restart(r service.Recovery) []string {
	for _, action := range r.Actions {
		if action.Action == service.ActionRestart {
			return []string{"Restart=always", fmt.Sprintf("RestartSec=%g", float64(action.Delay))}
		}
	}
	return []string{"Restart=no"}
}

// protection: the agent's own service manages units, and so has what root has.
func protection(s service.Settings, root string) []string {
	if s.Account == service.LocalSystem {
		return []string{"NoNewPrivileges=yes"}
	}
	return append([]string{"ReadWritePaths=" + quote(root)}, hardening...)
}

// escape keeps systemd from replacing what looks like a specifier, and a line from ending.
func escape(text string) string {
	return strings.NewReplacer("%", "%%", "\n", " ", "\r", " ").Replace(text)
}

// quote writes one word (systemd.syntax, "Quoting").
func quote(word string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%", "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(word) + `"`
}

// quoteArgument also keeps a variable's name what it is.
func quoteArgument(word string) string { return strings.ReplaceAll(quote(word), "$", "$$") }

// parse is the registration in a unit file; false for one that somebody else wrote.
func parse(text string) (registration, bool) {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(line, mark)
		if !found {
			continue
		}
		var r registration
		if err := json.Unmarshal([]byte(rest), &r); err == nil {
			return r, true
		}
	}
	return registration{}, false
}
