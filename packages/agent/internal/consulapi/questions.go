package consulapi

import (
	"context"
	"net/url"
)

// Ping asks what anybody may: an answer of any kind means that the agent is up. Until a client has its certificate, it
// answers nobody.
func (c Client) Ping(ctx context.Context) error { return c.Get(ctx, "status/leader", nil) }

// Leader is the address of the datacenter's leader; empty when there is none, or the agent has joined nobody.
func (c Client) Leader(ctx context.Context) (string, error) {
	var leader string
	err := c.Get(ctx, "status/leader", &leader)
	return leader, err
}

// Self is what the agent says of itself.
type Self struct {
	Config struct {
		NodeName, Datacenter, Version string
		Server                        bool
	}
	Stats map[string]map[string]string
}

// Leads tells whether this agent is the server that leads.
func (s Self) Leads() bool { return s.Stats["consul"]["leader"] == "true" }

// Self needs the right to read the agent.
func (c Client) Self(ctx context.Context) (Self, error) {
	var self Self
	err := c.Get(ctx, "agent/self", &self)
	return self, err
}

// Reload has the agent read its files again.
func (c Client) Reload(ctx context.Context) error { return c.Put(ctx, "agent/reload", nil, nil) }

// Leave has the agent say farewell to the others and end.
func (c Client) Leave(ctx context.Context) error { return c.Put(ctx, "agent/leave", nil, nil) }

// maintenancePrefix is how Consul names the check that it puts over a service in maintenance.
const maintenancePrefix = "_service_maintenance:"

// Maintenance is the reason of each service that is in maintenance, by id.
func (c Client) Maintenance(ctx context.Context) (map[string]string, error) {
	var checks map[string]struct{ ServiceID, Notes string }
	if err := c.Get(ctx, "agent/checks", &checks); err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for id, check := range checks {
		if id == maintenancePrefix+check.ServiceID {
			reasons[check.ServiceID] = check.Notes
		}
	}
	return reasons, nil
}

// Maintain takes a service out of the catalogue's answers.
func (c Client) Maintain(ctx context.Context, id, reason string) error {
	return c.Put(ctx, "agent/service/maintenance/"+url.PathEscape(id)+"?enable=true&reason="+url.QueryEscape(reason), nil, nil)
}

// EndMaintenance brings it back.
func (c Client) EndMaintenance(ctx context.Context, id string) error {
	return c.Put(ctx, "agent/service/maintenance/"+url.PathEscape(id)+"?enable=false", nil, nil)
}
