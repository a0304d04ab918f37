package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/adopt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
)

func adoptCommand() *cobra.Command {
	var name string
	var asJSON, dryRun bool
	cmd := &cobra.Command{
		Use:   "adopt --service NAME [--dry-run] [--json]",
		Short: "Let the next installation take over a service that NSSM, sc.exe or an installer registered",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if name == "" {
				return usageError(cmd, fmt.Errorf("give --service"))
			}
			if dryRun {
				return showFound(cmd, name, asJSON)
			}
			return change(cmd, asJSON, func(i *install.Installer) (string, error) { return i.Adopt(cmd.Context(), name) })
		},
	}
	cmd.Flags().StringVar(&name, "service", "", "the service's name, not its display name")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "change nothing, and print the declaration that stands for the service")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// foundService is what a dry run prints with --json. Fields are only ever added.
type foundService struct {
	Agent   string `json:"agent"`
	Command string `json:"command"`
	Service string `json:"service"`
	adopt.Found
	// Obstacle says why it can't be adopted as it is.
	Obstacle    string `json:"obstacle,omitempty"`
	Declaration string `json:"declaration"`
}

func showFound(cmd *cobra.Command, name string, asJSON bool) error {
	installer, _, err := newInstaller(cmd)
	if err != nil {
		return err
	}
	seen, err := installer.Inspect(cmd.Context(), name)
	if err != nil {
		return err
	}
	if seen.Owned {
		return exitcode.Errorf(exitcode.NotPrepared, "%s is the agent's already: nothing to adopt", name)
	}
	declaration, out := seen.Declaration(name), cmd.OutOrStdout()
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(foundService{Version, cmd.Name(), name, seen.WithoutSecrets(), seen.Obstacle, declaration})
	} else {
		_, err = fmt.Fprint(out, declaration)
	}
	if err == nil && seen.Obstacle != "" {
		err = exitcode.Errorf(exitcode.NotPrepared, "%s can't be adopted: %s", name, seen.Obstacle)
	}
	return err
}
