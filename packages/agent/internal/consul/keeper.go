package consul

import (
	"context"
	"log/slog"
	"os/exec"

	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/nrpt"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Keeper keeps Consul on one machine. Whoever calls what changes the machine holds the machine's lock.
type Keeper struct {
	Machine machine.Machine
	Manager service.Manager
	// Firewall is the machine's own: other agents gossip with Consul.
	Firewall hostfirewall.Firewall
	// Names has the machine's own programs ask Consul for names of its domain.
	Names nrpt.Table
	// Download fetches a source into a file and checks its SHA-256.
	Download func(ctx context.Context, source download.Source, path string) error
	// Vault is a client for one round of questions.
	Vault func() *keyvault.Client
	// Zone is the machine's availability zone; empty where it has none.
	Zone func(ctx context.Context) (string, error)
	// Tokens gives a token of one of the machine's identities for a resource.
	Tokens func(ctx context.Context, clientID, resource string) (string, error)
	// Run carries out a program and returns what it printed.
	Run func(ctx context.Context, program string, arguments ...string) (string, error)
	// OS and Arch are the machine's platform, in Go's words.
	OS, Arch string
	// Patience is how long things may take; the zero value stands for the usual times.
	Patience Patience
	Log      *slog.Logger
}

func (k *Keeper) layout() layout { return layout{k.Machine} }

// Execute is the usual [Keeper.Run].
func Execute(ctx context.Context, program string, arguments ...string) (string, error) {
	output, err := exec.CommandContext(ctx, program, arguments...).CombinedOutput()
	return string(output), err
}
