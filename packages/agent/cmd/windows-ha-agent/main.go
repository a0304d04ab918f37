// Command windows-ha-agent brings a machine to the release that an AgentSpec declares.
package main

import (
	"os"

	"github.com/windows-ha/windows-ha/packages/agent/internal/cli"
)

func main() { os.Exit(int(cli.Run(os.Args[1:], os.Stdout, os.Stderr))) }
