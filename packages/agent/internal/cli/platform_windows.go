package cli

import (
	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/winscm"
)

func newManager(machine.Machine) service.Manager {
	return winscm.Manager{Recovery: service.DefaultRecovery}
}

func platformCommands() []*cobra.Command { return nil }
