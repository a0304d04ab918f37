// Package cli is the command line of windows-ha-agent: it reads flags and the environment, calls package install, and
// turns results into text and exit codes.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Version is the agent's version, set by the build with -ldflags -X.
var Version = "0.0.0-dev"

// longestReason keeps the last line readable where only the last 4096 bytes of the output are shown.
const longestReason = 1500

// Run carries out one command line and returns the exit code. A failure's last line on stderr is one sentence that
// says everything a person needs.
func Run(arguments []string, stdout, stderr io.Writer) exitcode.Code {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(arguments)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitcode.OK
	}
	var ended *endedError
	if errors.As(err, &ended) {
		return exitcode.Code(ended.code) // the wrapped program's own, which is none of the table's
	}
	code := exitcode.Of(err)
	fmt.Fprintf(stderr, "windows-ha-agent: %s [exit code %d, %s]\n", oneLine(err.Error()), code, code.Result())
	return code
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "windows-ha-agent",
		Short:         "Installs, upgrades, rolls back and removes a service on this machine",
		Long:          "Installs, upgrades, rolls back and removes a service on this machine.\n\nExit codes:\n" + exitCodes(),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError(cmd, err) })
	root.AddCommand(validateCommand(), installCommand(), statusCommand(), serveCommand(), versionCommand())
	root.AddCommand(operateCommands()...)
	root.AddCommand(platformCommands()...)
	for _, command := range root.Commands() {
		command.Args = noArguments
	}
	root.AddCommand(runCommand(), consulCommand())
	root.Args = noArguments
	return root
}

func noArguments(cmd *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	return usageError(cmd, fmt.Errorf("unknown argument %q", arguments[0]))
}

func usageError(cmd *cobra.Command, err error) error {
	return exitcode.Errorf(exitcode.Usage, "%w; see `%s --help`", err, cmd.CommandPath())
}

// oneLine makes one sentence of an error that lists several things.
func oneLine(text string) string {
	text = strings.Join(strings.Split(strings.TrimSpace(text), "\n"), " | ")
	if runes := []rune(text); len(runes) > longestReason {
		return string(runes[:longestReason]) + "…"
	}
	return text
}

func exitCodes() string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range exitcode.Table {
		fmt.Fprintf(table, "  %d\t%s\t%s\n", row.Code, row.Result, row.Meaning)
	}
	table.Flush()
	return text.String()
}

// newInstaller is the installer of this machine, logging to its folder and to the command's standard error, and the
// log of its folder alone.
func newInstaller(cmd *cobra.Command) (*install.Installer, *slog.Logger, error) {
	m, err := machine.FromEnvironment()
	if err != nil {
		return nil, nil, exitcode.With(exitcode.Usage, err)
	}
	log, file := newLogs(m, cmd.ErrOrStderr())
	installer := installerOf(m, log)
	if installer.Agent, err = os.Executable(); err != nil {
		return nil, nil, err
	}
	if installer.Resident, err = residentPart(installer); err != nil {
		return nil, nil, err
	}
	return installer, file, nil
}

func installerOf(m machine.Machine, log *slog.Logger) *install.Installer {
	metadata := identity.NewSource(m.MetadataAddress)
	manager, firewall, get := newManager(m), newFirewall(m), download.NewClient(log, metadata.Token).ToFile
	return &install.Installer{
		Machine: m, Manager: manager, Firewall: firewall, EventSources: newEventSources(m), Host: host.Local{}, Download: get,
		OS: runtime.GOOS, Arch: runtime.GOARCH, Log: log,
		Consul: &consul.Keeper{
			Machine: m, Manager: manager, Firewall: firewall, Names: newNames(), Download: get, Zone: metadata.Zone, Tokens: metadata.Token, Run: consul.Execute,
			Vault: func() *keyvault.Client { return keyvault.NewClient(log, m.MetadataAddress, metadata.Token) },
			OS:    runtime.GOOS, Arch: runtime.GOARCH, Log: log,
		},
	}
}
