package consul

import (
	"context"
	"net/http"
	"time"
)

// Session is what a lock hangs on. It ends when the machine is lost, or when one of the checks is critical.
type Session struct {
	Name string
	// ServiceChecks are ids of checks of this machine's services.
	ServiceChecks []string
	// LockDelay keeps its locks closed after it was lost, for whoever doesn't know yet.
	LockDelay time.Duration
}

// machineCheck is what the other agents know about this machine's one.
const machineCheck = "serfHealth"

// CreateSession opens a session on this machine. Consul refuses while a check of it is critical.
func (c *Client) CreateSession(ctx context.Context, session Session) (id string, err error) {
	type check struct{ ID string }
	body := struct {
		Name, LockDelay, Behavior string
		NodeChecks                []string
		ServiceChecks             []check
	}{Name: session.Name, LockDelay: session.LockDelay.String(), Behavior: "release", NodeChecks: []string{machineCheck}}
	for _, id := range session.ServiceChecks {
		body.ServiceChecks = append(body.ServiceChecks, check{id})
	}
	got, err := c.do(ctx, http.MethodPut, "session/create", nil, body, requestTimeout)
	if err != nil {
		return "", err
	}
	var created struct{ ID string }
	err = got.decode(&created)
	return created.ID, err
}

// Holder is a session that lives, and the machine that opened it.
type Holder struct{ ID, Node string }

// SessionInfo finds a session; nil when it has ended.
func (c *Client) SessionInfo(ctx context.Context, id string) (*Holder, error) {
	got, err := c.do(ctx, http.MethodGet, "session/info/"+id, nil, nil, requestTimeout)
	if err != nil {
		return nil, err
	}
	var found []Holder
	if err = got.decode(&found); err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// DestroySession ends a session. One that has ended already is none.
func (c *Client) DestroySession(ctx context.Context, id string) error {
	got, err := c.do(ctx, http.MethodPut, "session/destroy/"+id, nil, nil, requestTimeout)
	if err != nil {
		return err
	}
	return got.wanted()
}
