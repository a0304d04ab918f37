package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
)

// operateCommands work on a service that is installed already.
func operateCommands() []*cobra.Command {
	var to string
	rollback := serviceCommand("rollback [--to VERSION]", "Make the previous release serve again, or another one that is still on this machine",
		func(ctx context.Context, i *install.Installer, name string) (string, error) {
			return i.Rollback(ctx, name, to)
		})
	rollback.Flags().StringVar(&to, "to", "", "version, or release as `status` names it")
	return []*cobra.Command{
		rollback,
		serviceCommand("drain", "Make a service \"not ready\" and wait until nobody sends it requests any more",
			func(ctx context.Context, i *install.Installer, name string) (string, error) {
				return i.Drain(ctx, name)
			}),
		serviceCommand("undrain", "Let a drained service be \"ready\" again",
			func(ctx context.Context, i *install.Installer, name string) (string, error) {
				return i.Undrain(ctx, name)
			}),
		serviceCommand("uninstall", "Drain, stop and remove a service; its logs stay",
			func(ctx context.Context, i *install.Installer, name string) (string, error) {
				return i.Uninstall(ctx, name)
			}),
		recoverCommand(),
		adoptCommand(),
	}
}

func serviceCommand(use, short string, run func(context.Context, *install.Installer, string) (string, error)) *cobra.Command {
	var name string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   use + " [--service NAME] [--json]",
		Short: short,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(cmd, asJSON, func(i *install.Installer) (string, error) { return run(cmd.Context(), i, name) })
		},
	}
	serviceFlag(cmd, &name)
	jsonFlag(cmd, &asJSON)
	return cmd
}

func recoverCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "recover [--json]",
		Short: "Finish or undo an installation that was interrupted, and nothing else",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return change(cmd, asJSON, func(i *install.Installer) (string, error) { return i.Recover(cmd.Context()) })
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func serviceFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "service", "", "the service, where there are several")
}

func jsonFlag(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "print one JSON object")
}

// outcome is what a command that changes the machine prints with --json. Fields are only ever added.
type outcome struct {
	Agent    string        `json:"agent"`
	Command  string        `json:"command"`
	ExitCode exitcode.Code `json:"exitCode"`
	Result   string        `json:"result"`
	Message  string        `json:"message"`
}

// change runs what changes the machine, and says in the log and to the caller how it ended.
func change(cmd *cobra.Command, asJSON bool, run func(*install.Installer) (string, error)) error {
	installer, log, err := newInstaller(cmd)
	if err != nil {
		return err
	}
	message, err := run(installer)
	code := exitcode.Of(err)
	if err != nil {
		message = err.Error()
		log.Error("failed", "command", cmd.Name(), "exitCode", int(code), "error", message)
	} else {
		log.Info("finished", "command", cmd.Name(), "result", message)
	}
	if asJSON {
		encoder := json.NewEncoder(cmd.OutOrStdout())
		encoder.SetIndent("", "  ")
		if encodeErr := encoder.Encode(outcome{Version, cmd.Name(), code, code.Result(), message}); err == nil {
			return encodeErr
		}
	} else if err == nil {
		fmt.Fprintln(cmd.OutOrStdout(), message)
	}
	return err
}
