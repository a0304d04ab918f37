package resident

import (
	"context"
	"reflect"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
)

// snapshotTimeout bounds a snapshot on its way: storage that stalls must not end all later ones.
const snapshotTimeout = 30 * time.Minute

// ownServer is the server on this machine, the same one until it is declared anew or its token is renewed; nil on a
// machine that is none.
func (r *Resident) ownServer(known *consul.Server) *consul.Server {
	if installed, there := r.Installer.Consul.Installed(); !there || installed.Server == nil {
		return nil
	}
	now, err := r.Installer.Consul.Server()
	if err != nil || known != nil && known.Key == now.Key && known.Client == now.Client {
		return known
	}
	return now
}

// keepDatacenter makes the datacenter what is declared, while this machine is one of its servers.
func (r *Resident) keepDatacenter(ctx context.Context) {
	var server *consul.Server
	var next time.Time
	every(ctx, lookInterval/2, func(ctx context.Context) {
		if time.Now().Before(next) {
			return
		}
		if server = r.ownServer(server); server == nil {
			return
		}
		next = time.Now().Add(server.Settings.DeclaredData.Interval.Duration())
		declared := server.Follower.Step(ctx)
		r.mu.Lock()
		same := r.status.Datacenter != nil && reflect.DeepEqual(declared, *r.status.Datacenter)
		r.mu.Unlock()
		if !same {
			r.edit(func(s *Status) { s.Datacenter = &declared })
		}
	})
}

// keepSnapshots takes them, while this machine's server leads. It waits for nobody, and nobody for it: a large one takes
// its time.
func (r *Resident) keepSnapshots(ctx context.Context) {
	var server *consul.Server
	every(ctx, lookInterval, func(ctx context.Context) {
		if server = r.ownServer(server); server == nil || server.Snapshots == nil {
			return
		}
		r.mu.Lock()
		leads := r.status.Datacenter != nil && r.status.Datacenter.Leader
		former := r.status.Snapshots
		r.mu.Unlock()
		limited, cancel := context.WithTimeout(ctx, snapshotTimeout)
		defer cancel()
		if taken := server.Snapshots.Step(limited, leads); former == nil || taken != *former {
			r.edit(func(s *Status) { s.Snapshots = &taken })
		}
	})
}
