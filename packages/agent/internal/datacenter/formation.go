package datacenter

import (
	"context"
	"fmt"
	"net"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
)

// knockTimeout is for a server in the same network.
const knockTimeout = 2 * time.Second

// Formation is a datacenter's first time: servers come one after the other, and elect nobody before all are there.
type Formation struct {
	// Expected is how many elect the first leader.
	Expected int
	// Addresses are host:port of every server, where they answer each other.
	Addresses []string
}

// problem says what the datacenter waits for; empty when it has begun, or has all that it needs to. A server with a
// past names its peers, also while none of them answers: it never counts as one that waits for its first time.
func (f Formation) problem(ctx context.Context, client consulapi.Client) string {
	var leader string
	var peers []string
	if err := client.Get(ctx, "status/leader", &leader); err != nil || leader != "" {
		return ""
	}
	if err := client.Get(ctx, "status/peers", &peers); err != nil || len(peers) > 0 {
		return ""
	}
	there := 0
	for _, address := range f.Addresses {
		if connection, err := net.DialTimeout("tcp", address, knockTimeout); err == nil {
			_ = connection.Close()
			there++
		}
	}
	if there >= f.Expected {
		return ""
	}
	return fmt.Sprintf("the datacenter has %d of its %d first servers", there, f.Expected)
}
