package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
	"github.com/windows-ha/windows-ha/packages/agent/internal/wrapper"
)

// endedError carries the exit code of a wrapped program.
type endedError struct{ code int }

func (e *endedError) Error() string {
	return fmt.Sprintf("the program ended with exit code %d", e.code)
}

func runCommand() *cobra.Command {
	var logs, task, drainFile string
	var asService bool
	cmd := &cobra.Command{
		Use:   "run [--logs FOLDER] -- PROGRAM [ARGUMENT ...]",
		Short: "Run a console program as a service does: under the service manager, or here",
		Long: "Run a console program as a service does: under the service manager, or here.\n\n" +
			"Its output goes to rotating files in FOLDER, or stays here. When the end is asked for, the program gets\n" +
			"Ctrl+Break (on Linux SIGTERM) and its stop time; then it is killed with all that it started. Its exit code\n" +
			"becomes this command's.",
		Args: func(cmd *cobra.Command, arguments []string) error {
			if cmd.ArgsLenAtDash() != 0 || len(arguments) == 0 {
				return usageError(cmd, fmt.Errorf("give the program behind --"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, arguments []string) error {
			own, err := os.Executable()
			if err != nil {
				return err
			}
			release := filepath.Dir(own) // the agent's copy lies beside the program and the release's document
			program := wrapper.Program{
				Path: arguments[0], Arguments: arguments[1:], Notes: cmd.ErrOrStderr(),
				// Shorter than the patience of whoever asks for the end, so that the end is still the service's own.
				StopTimeout: func() time.Duration { return spec.StopTimeout(release) * 9 / 10 },
			}
			if logs != "" {
				program.Logs = &wrapper.Logs{Folder: logs, Limits: spec.LogLimits(release)}
			}
			if task != "" {
				if program.Task, err = taskOf(release, task, drainFile); err != nil {
					return err
				}
			}
			serve := program.Run
			if asService {
				serve = program.Serve
			}
			end, err := serve(cmd.Context())
			if err == nil && end.Code != 0 {
				err = &endedError{end.Code}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asService, "as-service", false, "run under the service manager, as `install` registers it")
	_ = cmd.Flags().MarkHidden("as-service")
	cmd.Flags().StringVar(&task, "task", "", "file of the runs of a scheduled task, as `install` registers it")
	cmd.Flags().StringVar(&drainFile, "drain-file", "", "file that holds back new runs of a scheduled task")
	_ = errors.Join(cmd.Flags().MarkHidden("task"), cmd.Flags().MarkHidden("drain-file"))
	cmd.Flags().StringVar(&logs, "logs", "", "folder of the rotating files stdout.log and stderr.log, and of crashes")
	return cmd
}

// taskOf is the task that a release declares.
func taskOf(releaseFolder, record, drainFile string) (*wrapper.Task, error) {
	s, err := spec.Document(releaseFolder)
	if err != nil {
		return nil, err
	}
	if s.Service.Schedule == nil {
		return nil, fmt.Errorf("the release in %s declares no schedule", releaseFolder)
	}
	return &wrapper.Task{
		Schedule: *s.Service.Schedule, Release: filepath.Base(releaseFolder), RecordFile: record,
		DrainFile: drainFile, EventSource: s.EventSource,
	}, nil
}
