package consul

import (
	"context"
	"errors"
	"strings"
)

// reason is how the agent knows its own maintenance; one with another reason is a person's and stays.
const (
	reasonPrefix = "windows-ha: "
	reason       = reasonPrefix + "drain"
)

// Maintain takes the registered services of a service out of the catalogue's answers while it drains, and brings them
// back. It does what is left to do: an agent that was killed, and a Consul that didn't answer then, leave it to the next
// call. What drained says is asked after Consul, so that a drain that begins meanwhile is never taken for one that is over.
func (k *Keeper) Maintain(ctx context.Context, service string, isDrained func() bool) error {
	known, err := k.load()
	if err != nil || known.Consul == nil || len(known.Registered[service]) == 0 {
		return err
	}
	client := k.client(known.installation, registrationToken)
	reasons, err := client.Maintenance(ctx)
	if err != nil {
		return err
	}
	drained := isDrained()
	var failures []error
	for _, declared := range known.Registered[service] {
		id := declared.ID()
		seen, maintained := reasons[id]
		switch {
		case drained && !maintained:
			k.Log.Info("out of Consul's answers", "service", id, "reason", reason)
			failures = append(failures, client.Maintain(ctx, id, reason))
		case !drained && maintained && strings.HasPrefix(seen, reasonPrefix):
			k.Log.Info("back in Consul's answers", "service", id)
			failures = append(failures, client.EndMaintenance(ctx, id))
		}
	}
	return errors.Join(failures...)
}

// Registered are the services of this machine that have something registered.
func (k *Keeper) Registered() ([]string, error) {
	known, err := k.load()
	if err != nil || known.Consul == nil {
		return nil, err
	}
	var services []string
	for service := range known.Registered {
		services = append(services, service)
	}
	return services, nil
}
