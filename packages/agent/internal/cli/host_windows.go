//go:build !wine

package cli

import (
	"github.com/windows-ha/windows-ha/packages/agent/internal/eventsource"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

func newFirewall(machine.Machine) hostfirewall.Firewall { return hostfirewall.Windows{} }

func newEventSources(machine.Machine) eventsource.Sources { return eventsource.Application{} }
