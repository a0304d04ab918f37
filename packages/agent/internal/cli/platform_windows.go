package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/nrpt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/winscm"
	"github.com/windows-ha/windows-ha/packages/agent/internal/winstate"
)

// betweenAttempts is the time between two calls that Windows refuses for the moment.
const betweenAttempts = 250 * time.Millisecond

func newManager(machine.Machine) service.Manager {
	return winstate.Patient{Manager: winscm.Manager{}, Pause: betweenAttempts, Holders: serviceViewers}
}

// serviceViewers are programs that keep a deleted service alive while they show it.
func serviceViewers() []string {
	return host.Named("mmc.exe", "Taskmgr.exe", "procexp.exe", "procexp64.exe", "SystemInformer.exe", "ServerManager.exe", "perfmon.exe")
}

func newNames() nrpt.Table { return nrpt.Registry{} }

func platformCommands() []*cobra.Command { return nil }
