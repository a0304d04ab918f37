package spec

import (
	"cmp"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// virtualAccounts is the domain of the accounts that Windows makes for one service each.
const virtualAccounts = `NT SERVICE\`

// VirtualAccount is the account that a service has unless the document names another.
func VirtualAccount(service string) string { return virtualAccounts + service }

// Settings is what the service manager is told besides the program, with the usual values for what the document leaves
// out.
func (s *AgentSpec) Settings() service.Settings {
	declared := s.Service
	settings := service.Settings{
		DisplayName: declared.DisplayName, Description: declared.Description,
		Account: declared.Account, SIDType: cmp.Or(declared.SIDType, service.SIDUnrestricted),
		RequiredPrivileges: declared.RequiredPrivileges, Dependencies: declared.Dependencies,
		StartMode:   cmp.Or(declared.StartMode, service.StartAutomatic),
		PreShutdown: cmp.Or(s.Stop.PreShutdown, s.Stop.Drain+s.Stop.Stop+s.Stop.Kill),
		Recovery:    service.DefaultRecovery,
	}
	if strings.EqualFold(declared.Account, VirtualAccount(declared.Name)) {
		settings.Account = ""
	}
	if declared.Recovery != nil {
		settings.Recovery = *declared.Recovery
	}
	return settings
}
