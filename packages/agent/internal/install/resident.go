package install

import (
	"context"
	"fmt"
)

// ResidentPart is the part of the agent that stays on the machine, as a service of its own.
type ResidentPart interface {
	// Ensure makes it run from the agent that runs now.
	Ensure(ctx context.Context) error
	// Remove ends and removes it; one that isn't there is fine.
	Remove(ctx context.Context) error
}

// withResident has the resident part there exactly while a service wants it, and says so when that fails. The services
// serve without it, so a failure never takes a good release back.
func (i *Installer) withResident(ctx context.Context, done string) string {
	if i.Resident == nil {
		return done
	}
	services, err := i.Supervised(ctx)
	switch {
	case err != nil:
	case len(services) > 0:
		err = i.Resident.Ensure(ctx)
	default:
		err = i.Resident.Remove(ctx)
	}
	if err == nil {
		return done
	}
	i.Log.Error("the resident part is not as it should be", "error", err.Error())
	return fmt.Sprintf("%s; but the agent's resident part is not as it should be, run the command again: %v", done, err)
}
