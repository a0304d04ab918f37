package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/resident"
	"github.com/windows-ha/windows-ha/packages/agent/internal/selfupdate"
)

// residentDeadline is how long a fresh resident part may take to say that it lives.
const residentDeadline = 15 * time.Second

func serveCommand() *cobra.Command {
	var asService bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Stay and watch the installed services: scheduled events, hung processes, logs",
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := machine.FromEnvironment()
			if err != nil {
				return exitcode.With(exitcode.Usage, err)
			}
			if err := m.Prepare(); err != nil {
				return err
			}
			log := slog.New(&humanHandler{out: cmd.ErrOrStderr()})
			if asService {
				// Not the commands' log: this process stays, and Windows doesn't put aside a file that is open.
				file := logrotate.Open(filepath.Join(m.LogsFolder(), machine.AgentService+"-serve.log"), logrotate.Default)
				defer file.Close()
				log = slog.New(slog.NewMultiHandler(slog.NewJSONHandler(file, nil), eventLogHandler()))
			}
			installer := installerOf(m, log)
			installer.IsResident = true
			r := &resident.Resident{Installer: installer, Version: Version, Log: log}
			return runService(cmd.Context(), asService, r.Run)
		},
	}
	cmd.Flags().BoolVar(&asService, "as-service", false, "run under the service manager, as `install` registers it")
	_ = cmd.Flags().MarkHidden("as-service")
	return cmd
}

// residentPart is the resident part that this agent would be.
func residentPart(i *install.Installer) (*selfupdate.Part, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return &selfupdate.Part{Machine: i.Machine, Manager: i.Manager, Program: program, Version: Version, Deadline: residentDeadline, Forget: forgetEventLog, Log: i.Log}, nil
}

// residentStatus is what the resident part said last; nil where there is none.
func residentStatus(m machine.Machine) *resident.Status {
	var status resident.Status
	if err := atomicfile.ReadJSON(m.ResidentFile(), &status); err != nil {
		return nil
	}
	return &status
}
