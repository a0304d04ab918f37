package install

import (
	"context"
	"errors"
	"fmt"

	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// ResidentPart is the part of the agent that stays on the machine, as a service of its own.
type ResidentPart interface {
	// Ensure makes it run from the agent that runs now.
	Ensure(ctx context.Context) error
	// Remove ends and removes it; one that isn't there is fine.
	Remove(ctx context.Context) error
}

// withResident has the resident part there exactly while a service or Consul wants it, and says so when that fails. The services
// serve without it, so a failure never takes a good release back.
func (i *Installer) withResident(ctx context.Context, done string) string {
	if i.Resident == nil {
		return done
	}
	services, err := i.Supervised(ctx)
	switch {
	case err != nil:
	case len(services) > 0 || i.keepsConsul():
		err = errors.Join(i.Firewall.Replace(ctx, machine.AgentService, answering(services)), i.Resident.Ensure(ctx))
	default:
		err = errors.Join(i.Resident.Remove(ctx), i.Firewall.Replace(ctx, machine.AgentService, nil))
	}
	if err == nil {
		return done
	}
	i.Log.Error("the resident part is not as it should be", "error", err.Error())
	return fmt.Sprintf("%s; but the agent's resident part is not as it should be, run the command again: %v", done, err)
}

// keepsConsul tells whether there is a Consul to look after.
func (i *Installer) keepsConsul() bool {
	if i.Consul == nil {
		return false
	}
	_, installed := i.Consul.Installed()
	return installed || i.Consul.Due() != nil
}

// prober is the address that Azure's load balancer asks from, on every machine of every region. Nobody else has a
// business at the ports where the resident part answers.
const prober = "168.63.129.16"

// answering are the ports where the resident part answers for services that have no endpoints.
func answering(services []Supervised) []hostfirewall.Rule {
	var rules []hostfirewall.Rule
	for _, s := range services {
		if s.Spec.Health.ByAgent() && s.Spec.HostFirewall != nil {
			rules = append(rules, hostfirewall.Rule{Name: "health of " + s.Spec.Service.Name, Protocol: "Tcp", Port: s.Spec.Health.Port, Sources: []string{prober}})
		}
	}
	return rules
}
