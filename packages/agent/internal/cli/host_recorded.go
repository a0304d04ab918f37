//go:build linux || wine

package cli

import (
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/eventsource"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// A machine without a firewall and an event log of its own: Linux, and Wine, whose INetFwPolicy2 is empty.

func newFirewall(m machine.Machine) hostfirewall.Firewall {
	return hostfirewall.Recorder{Folder: filepath.Join(m.HostFolder(), "firewall")}
}

func newEventSources(m machine.Machine) eventsource.Sources {
	return eventsource.Recorder{Folder: filepath.Join(m.HostFolder(), "event-sources")}
}
