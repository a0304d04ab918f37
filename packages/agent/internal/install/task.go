package install

import (
	"context"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

const runPollInterval = 200 * time.Millisecond

// awaitRun waits until a drained task is between two runs: an upgrade ends none. pid is the process that keeps the
// schedule; what another one has written down is over.
func (i *Installer) awaitRun(ctx context.Context, r release, pid int) error {
	if !r.Spec.Service.IsTask() {
		return nil
	}
	limit := r.Spec.Stop.Stop.Duration()
	deadline := time.Now().Add(limit)
	for {
		record, err := schedule.Read(i.Machine.TaskFile(r.name()))
		if err != nil || record.Running == nil || record.PID != pid {
			return err
		}
		if time.Now().After(deadline) {
			return exitcode.Errorf(exitcode.Busy, "the run that began at %s goes on after %v, and is left alone: install between two runs, or raise stop.stopSeconds",
				record.Running.StartedAt.Format(time.RFC3339), limit)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("interrupted while a run was waited for: %w", context.Cause(ctx))
		case <-time.After(runPollInterval):
		}
	}
}

// keepsSchedule tells why a process doesn't keep the schedule of its task; nil for what is no task.
func (i *Installer) keepsSchedule(s *spec.AgentSpec, pid int) error {
	record, err := i.runsOf(s)
	if err == nil && record != nil && record.PID != pid {
		return fmt.Errorf("process %d doesn't keep the schedule: %s isn't its own", pid, i.Machine.TaskFile(s.Service.Name))
	}
	return err
}

// runsOf are the runs of a task; nil for what is none.
func (i *Installer) runsOf(s *spec.AgentSpec) (*schedule.Record, error) {
	if !s.Service.IsTask() {
		return nil, nil
	}
	record, err := schedule.Read(i.Machine.TaskFile(s.Service.Name))
	return &record, err
}
