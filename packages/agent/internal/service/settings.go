package service

import (
	"slices"
	"strings"
	"time"
)

// Seconds is a length of time as documents write it; fractions are allowed.
type Seconds float64

// Duration is the same length as Go measures it.
func (s Seconds) Duration() time.Duration { return time.Duration(float64(s) * float64(time.Second)) }

// LocalSystem is the account with all rights on the machine: for the agent's own service, which controls the others,
// and for who asked for it.
const LocalSystem = "LocalSystem"

// Settings are what stays when a release changes.
type Settings struct {
	DisplayName string `json:"displayName"`
	Description string `json:"description"`
	// Account has no password of its own. Empty is the service's virtual account, NT SERVICE\<name>.
	Account string `json:"account"`
	// SIDType says whether the process carries the service's own SID.
	SIDType SIDType `json:"sidType"`
	// RequiredPrivileges are all that the process keeps; none named: what the account has.
	RequiredPrivileges []string  `json:"requiredPrivileges"`
	StartMode          StartMode `json:"startMode"`
	// Dependencies are services that run before this one starts.
	Dependencies []string `json:"dependencies"`
	// PreShutdown is the time that the service gets when the machine shuts down.
	PreShutdown Seconds  `json:"preShutdownSeconds"`
	Recovery    Recovery `json:"recovery"`
}

// SIDType is SERVICE_SID_INFO in words.
type SIDType string

const (
	SIDUnrestricted SIDType = "unrestricted"
	SIDRestricted   SIDType = "restricted"
	SIDNone         SIDType = "none"
)

// StartMode says when the manager starts a service by itself.
type StartMode string

const (
	// StartAutomatic is with the machine.
	StartAutomatic StartMode = "automatic"
	// StartDelayed is a while after the machine's automatic services.
	StartDelayed StartMode = "delayed"
	// StartManual is never.
	StartManual StartMode = "manual"
	// StartDisabled is what somebody made of a service; no document asks for it.
	StartDisabled StartMode = "disabled"
)

// Equal tells whether two services are kept the same way. Windows doesn't look at case in names of accounts, services
// and privileges, and keeps no order of privileges.
func (s Settings) Equal(other Settings) bool {
	return s.DisplayName == other.DisplayName && s.Description == other.Description && s.StartMode == other.StartMode &&
		slices.EqualFunc(s.Dependencies, other.Dependencies, strings.EqualFold) &&
		s.PreShutdown == other.PreShutdown && s.Recovery.Equal(other.Recovery) && s.sameIdentity(other)
}

// NeedsRestart tells whether a running process is not what the other settings want: an identity is given to a process
// when it starts, all else holds at once.
func (s Settings) NeedsRestart(other Settings) bool { return !s.sameIdentity(other) }

func (s Settings) sameIdentity(other Settings) bool {
	return strings.EqualFold(s.Account, other.Account) && s.SIDType == other.SIDType &&
		slices.Equal(folded(s.RequiredPrivileges), folded(other.RequiredPrivileges))
}

func folded(names []string) []string {
	lower := make([]string, len(names))
	for i, name := range names {
		lower[i] = strings.ToLower(name)
	}
	slices.Sort(lower)
	return lower
}
