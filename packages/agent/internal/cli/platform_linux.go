package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/nrpt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/scm"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/systemd"
)

// newManager is systemd's where the machine is one of its own: another root means one of several on this computer, each
// with the stand-in for the Windows service control manager.
func newManager(m machine.Machine) service.Manager {
	if systemd.Runs() && m.Root == machine.DefaultRoot() {
		return systemd.Manager{Folder: systemd.Folder, Root: m.Root, Control: systemd.Systemctl}
	}
	return scm.Client{Root: m.Root}
}

func newNames() nrpt.Table { return nrpt.None{} }

func platformCommands() []*cobra.Command { return []*cobra.Command{scmCommand()} }

func scmCommand() *cobra.Command {
	var exitWithStdin bool
	cmd := &cobra.Command{
		Use:    "scm [--exit-with-stdin]",
		Short:  "Be the service manager of this machine (Linux stand-in for the Windows service control manager)",
		Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := machine.FromEnvironment()
			if err != nil {
				return exitcode.With(exitcode.Usage, err)
			}
			ctx, cancel := context.WithCancelCause(cmd.Context())
			defer cancel(nil)
			if exitWithStdin {
				go func() {
					_, _ = io.Copy(io.Discard, cmd.InOrStdin())
					cancel(scm.ErrPowerOff)
				}()
			}
			return scm.Serve(ctx, m, scm.Options{
				Log:          slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil)),
				DelayedStart: scm.DelayedStart,
				Ready:        func() { fmt.Fprintln(cmd.OutOrStdout(), "ready") },
			})
		},
	}
	cmd.Flags().BoolVar(&exitWithStdin, "exit-with-stdin", false, "power off, ending all services at once, when standard input closes")
	return cmd
}

// runService runs until the manager, or whoever sits at the keyboard, asks for the end.
func runService(ctx context.Context, _ bool, run func(context.Context)) error {
	run(ctx)
	return nil
}

// eventLogHandler: Linux has no event log.
func eventLogHandler() slog.Handler { return slog.DiscardHandler }

func forgetEventLog() error { return nil }
