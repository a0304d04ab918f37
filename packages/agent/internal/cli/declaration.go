package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

// declaration is what was copied to the machine, by hash: an interrupted copy, or somebody else's, is refused.
type declaration struct{ agent, spec string }

func (d *declaration) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&d.agent, "agent-sha256", "", "refuse to work unless this program has the SHA-256")
	cmd.Flags().StringVar(&d.spec, "spec-sha256", "", "refuse to work unless the AgentSpec has the SHA-256")
}

func (d *declaration) check(cmd *cobra.Command, given *document) error {
	if d.agent != "" {
		if err := d.checkAgent(); err != nil {
			return exitcode.With(exitcode.AgentHash, err)
		}
	}
	if d.spec == "" {
		return nil
	}
	text, err := given.read(cmd)
	if err == nil {
		err = sameHash("the AgentSpec", text, d.spec)
	}
	return exitcode.With(exitcode.Usage, err)
}

func (d *declaration) checkAgent() error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	return sameHash("this agent", content, d.agent)
}

func sameHash(what string, content []byte, declared string) error {
	hash := sha256.Sum256(content)
	if seen := hex.EncodeToString(hash[:]); !strings.EqualFold(seen, declared) {
		return fmt.Errorf("%s has the SHA-256 %s, declared is %s: it was not copied whole, or by somebody else; nothing was touched", what, seen, declared)
	}
	return nil
}
