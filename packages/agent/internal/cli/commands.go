package cli

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/resident"
	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// document is the AgentSpec as the command line gives it.
type document struct{ file, base64 string }

func (d *document) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.file, "spec", "", "file with the AgentSpec")
	cmd.Flags().StringVar(&d.base64, "spec-base64", "", "the AgentSpec itself, in base64")
}

func (d *document) parse(cmd *cobra.Command) (*spec.AgentSpec, error) {
	return parsedDocument(cmd, d, "AgentSpec", spec.Parse)
}

// parsedDocument reads a document and prints every finding on a line of its own; the last line sums them up.
func parsedDocument[T any](cmd *cobra.Command, d *document, kind string, parse func([]byte) (*T, error)) (*T, error) {
	text, err := d.read(cmd)
	if err != nil {
		return nil, exitcode.With(exitcode.Usage, err)
	}
	parsed, err := parse(text)
	if err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), err)
		return nil, exitcode.Errorf(exitcode.Usage, "the %s is invalid: %w", kind, err)
	}
	return parsed, nil
}

func (d *document) read(cmd *cobra.Command) ([]byte, error) {
	if (d.file == "") == (d.base64 == "") {
		return nil, usageError(cmd, fmt.Errorf("give exactly one of --spec and --spec-base64"))
	}
	if d.file != "" {
		return os.ReadFile(d.file)
	}
	text, err := base64.StdEncoding.DecodeString(d.base64)
	if err != nil {
		return nil, fmt.Errorf("--spec-base64 is not base64: %w", err)
	}
	return text, nil
}

func validateCommand() *cobra.Command {
	var d document
	cmd := &cobra.Command{
		Use:   "validate (--spec FILE | --spec-base64 TEXT)",
		Short: "Check an AgentSpec and touch nothing",
		RunE: func(cmd *cobra.Command, _ []string) error {
			parsed, err := d.parse(cmd)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "valid: %s %s\n", parsed.Service.Name, parsed.Service.Version)
			return nil
		},
	}
	d.flags(cmd)
	return cmd
}

func installCommand() *cobra.Command {
	var d document
	var declared declaration
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "install (--spec FILE | --spec-base64 TEXT) [--spec-sha256 HEX] [--agent-sha256 HEX] [--json]",
		Short: "Make the declared release serve: install, upgrade, or leave alone what is in place",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := declared.check(cmd, &d); err != nil {
				return err
			}
			parsed, err := d.parse(cmd)
			if err != nil {
				return err
			}
			return change(cmd, asJSON, func(i *install.Installer) (string, error) { return i.Install(cmd.Context(), parsed) })
		},
	}
	jsonFlag(cmd, &asJSON)
	d.flags(cmd)
	declared.flags(cmd)
	return cmd
}

func statusCommand() *cobra.Command {
	var name string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status [--json] [--service NAME]",
		Short: "Show what is installed, whether it runs and is healthy, and how the last installation went",
		RunE: func(cmd *cobra.Command, _ []string) error {
			installer, _, err := newInstaller(cmd)
			if err != nil {
				return err
			}
			stays := residentStatus(installer.Machine)
			status, err := installer.Status(cmd.Context(), name)
			if err != nil {
				return err
			}
			if !asJSON {
				text := statusText(status)
				if found := discovery(cmd, installer); found != nil {
					text += consulText(*found)
				}
				_, err = fmt.Fprint(cmd.OutOrStdout(), text)
				return err
			}
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetIndent("", "  ")
			return encoder.Encode(struct {
				Agent string `json:"agent"`
				install.Status
				Consul   *consul.Status   `json:"consul,omitempty"`
				Resident *resident.Status `json:"resident,omitempty"`
			}{Version, status, discovery(cmd, installer), stays})
		},
	}
	jsonFlag(cmd, &asJSON)
	serviceFlag(cmd, &name)
	return cmd
}

// discovery is Consul on this machine; nil where there is none and none was wanted.
func discovery(cmd *cobra.Command, i *install.Installer) *consul.Status {
	status, err := i.Consul.Status(cmd.Context())
	if err != nil {
		status.Problem = err.Error()
	}
	if status.State == consul.Absent && status.Problem == "" {
		return nil
	}
	return &status
}

// timeText is how times are shown to people.
const timeText = "2006-01-02 15:04:05Z"

func statusText(s install.Status) string {
	if s.Service == "" {
		return fmt.Sprintf("%s: no service is installed\n", s.Machine)
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s %s (release %s)\n", s.Machine, s.Service, s.Version, s.Release)
	fmt.Fprintf(&text, "running %t (process %d), healthy %t, draining %t, interrupted %t\n", s.Running, s.PID, s.Healthy, s.Draining, s.Interrupted)
	fmt.Fprintf(&text, "releases on this machine: %s\n", strings.Join(s.Releases, ", "))
	if len(s.PendingRestart) > 0 {
		fmt.Fprintf(&text, "Windows waits for a restart: %s\n", strings.Join(s.PendingRestart, ", "))
	}
	if s.Problem != "" {
		fmt.Fprintf(&text, "problem: %s\n", s.Problem)
	}
	if s.Task != nil {
		fmt.Fprintln(&text, runsText(*s.Task))
	}
	if s.LastInstall != nil {
		fmt.Fprintf(&text, "last installation: %s at %s: %s\n", s.LastInstall.Result, s.LastInstall.At.Format(timeText), s.LastInstall.Message)
	}
	return text.String()
}

func runsText(r schedule.Record) string {
	text := "next run " + r.NextRunAt.Format(timeText)
	if r.Running != nil {
		text = "runs since " + r.Running.StartedAt.Format(timeText)
	}
	if r.Last != nil {
		text += fmt.Sprintf("; last run %s at %s: exit code %d", r.Last.Result, r.Last.StartedAt.Format(timeText), r.Last.ExitCode)
	}
	return text
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the agent's version",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "windows-ha-agent %s %s/%s %s\n", Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
			return err
		},
	}
}
