package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/datacenter"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// consulCommand is for Consul alone: on a machine that is one of its servers, and for a look at the client of another.
func consulCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "consul",
		Short: "Make this machine a server of Consul, and look after what Consul keeps",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(consulInstallCommand(), consulStatusCommand(), consulUninstallCommand(), gateCommand(), snapshotCommand(), restoreCommand())
	for _, command := range cmd.Commands() {
		command.Args = noArguments
	}
	return cmd
}

func consulInstallCommand() *cobra.Command {
	var d document
	var declared declaration
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "install (--spec FILE | --spec-base64 TEXT) [--spec-sha256 HEX] [--agent-sha256 HEX] [--json]",
		Short: "Make the declared server of Consul run on this machine: install, upgrade, or leave alone what is in place",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := declared.check(cmd, &d); err != nil {
				return err
			}
			parsed, err := parsedDocument(cmd, &d, "AgentConsulServerSpec", spec.ParseConsulServer)
			if err != nil {
				return err
			}
			return change(cmd, asJSON, func(i *install.Installer) (string, error) { return i.InstallConsulServer(cmd.Context(), parsed) })
		},
	}
	jsonFlag(cmd, &asJSON)
	d.flags(cmd)
	declared.flags(cmd)
	return cmd
}

func consulUninstallCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "uninstall [--json]",
		Short: "Have a server leave the datacenter, and remove it with all that it has kept; its logs stay",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(cmd, asJSON, func(i *install.Installer) (string, error) { return i.UninstallConsulServer(cmd.Context()) })
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func consulStatusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [--json]",
		Short: "Show how far Consul has come on this machine, what it has registered, and what the servers' agents do",
		RunE: func(cmd *cobra.Command, _ []string) error {
			installer, _, err := newInstaller(cmd)
			if err != nil {
				return err
			}
			status, err := installer.Consul.Status(cmd.Context())
			if err != nil {
				return err
			}
			if !asJSON {
				_, err = fmt.Fprint(cmd.OutOrStdout(), consulText(status))
				return err
			}
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetIndent("", "  ")
			return encoder.Encode(struct {
				Agent string `json:"agent"`
				consul.Status
				Server *serverStatus `json:"server,omitempty"`
			}{Version, status, serverPart(installer.Machine)})
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

// serverStatus is what the resident part of a server does for the datacenter.
type serverStatus struct {
	Declared  *datacenter.Status         `json:"declared,omitempty"`
	Snapshots *datacenter.SnapshotStatus `json:"snapshots,omitempty"`
}

// serverPart is nil on a machine that is no server.
func serverPart(m machine.Machine) *serverStatus {
	stays := residentStatus(m)
	if stays == nil || stays.Datacenter == nil {
		return nil
	}
	return &serverStatus{stays.Datacenter, stays.Snapshots}
}

func consulText(s consul.Status) string {
	var text strings.Builder
	if s.Version == "" {
		fmt.Fprintf(&text, "%s: Consul isn't installed\n", s.Machine)
	} else {
		fmt.Fprintf(&text, "%s: Consul %s, %s, is %s (process %d, API %s, leader %s)\n", s.Machine, s.Version, s.Role, s.State, s.PID, s.API, s.Leader)
		fmt.Fprintf(&text, "registered: %s\n", strings.Join(s.Services, ", "))
	}
	for id, reason := range s.Maintenance {
		fmt.Fprintf(&text, "in maintenance: %s (%s)\n", id, reason)
	}
	if s.Problem != "" {
		fmt.Fprintf(&text, "problem: %s\n", s.Problem)
	}
	if s.LastInstall != nil {
		fmt.Fprintf(&text, "last installation: %s at %s: %s\n", s.LastInstall.Result, s.LastInstall.At.Format(timeText), s.LastInstall.Message)
	}
	return text.String()
}
