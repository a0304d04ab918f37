package consul

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/steps"
)

type step = steps.Step[*transaction]

// The two ways to an installation. A failure undoes the failed step and all before it, last first.
var (
	firstInstall = []step{register, start, answer, record}
	exchange     = []step{stop, commit, start, answer, record}
)

// recordName is the point of no return: what is left is to write it down.
const recordName = "record"

var register = step{
	Name: "register",
	Do: func(ctx context.Context, t *transaction) error {
		return t.Manager.Create(ctx, machine.ConsulService, settings, t.Next.Program)
	},
	Undo: func(ctx context.Context, t *transaction) error {
		if err := t.end(ctx); err != nil {
			return notThere(err)
		}
		return notThere(t.Manager.Delete(ctx, machine.ConsulService))
	},
}

// stop waits for the process and for its port of gossip: the service manager hears of the end seconds before it, and the
// next Consul would find its addresses in use (https://github.com/hashicorp/consul/issues/10700).
var stop = step{
	Name: "stop",
	Do: func(ctx context.Context, t *transaction) error {
		if err := t.end(ctx); err != nil {
			return err
		}
		return t.awaitPort(ctx, *t.Former)
	},
	Undo: func(ctx context.Context, t *transaction) error {
		if err := t.end(ctx); err != nil {
			return err
		}
		if err := t.Manager.Start(ctx, machine.ConsulService); err != nil {
			return err
		}
		_, err := t.await(ctx, *t.Former, t.FormerAnswered)
		return err
	},
}

var commit = step{
	Name: "commit",
	Do: func(ctx context.Context, t *transaction) error {
		return errors.Join(
			t.Manager.SetProgram(ctx, machine.ConsulService, t.Next.Program),
			t.Manager.Configure(ctx, machine.ConsulService, settings),
		)
	},
	Undo: func(ctx context.Context, t *transaction) error {
		return t.Manager.SetProgram(ctx, machine.ConsulService, t.Former.Program)
	},
}

var start = step{
	Name: "start",
	Do: func(ctx context.Context, t *transaction) error {
		return t.Manager.Start(ctx, machine.ConsulService)
	},
	Undo: func(ctx context.Context, t *transaction) error { return notThere(t.end(ctx)) },
}

// answer waits for Consul's API. Servers that aren't there yet are nobody's mistake: then it is enough that Consul lives
// and looks for them.
var answer = step{
	Name: "answer",
	Do: func(ctx context.Context, t *transaction) (err error) {
		t.Answers, err = t.await(ctx, t.Next, t.FormerAnswered)
		return err
	},
}

var record = step{
	Name: recordName,
	Do: func(_ context.Context, t *transaction) error {
		return t.record(t.Next, t.Next.describe(t.Former))
	},
}

func notThere(err error) error {
	if errors.Is(err, service.ErrNotFound) {
		return nil
	}
	return err
}

// end stops Consul within its time: request, then kill.
func (k *Keeper) end(ctx context.Context) error { return k.endWithin(ctx, k.Patience.usual().Stop) }

func (k *Keeper) endWithin(ctx context.Context, limit time.Duration) error {
	patience := k.Patience.usual()
	polite, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := k.Manager.Stop(polite, machine.ConsulService)
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted while stopping: %w", context.Cause(ctx))
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	k.Log.Warn("Consul did not stop in time and is killed", "after", limit.String())
	forced, cancel := context.WithTimeout(ctx, patience.Kill)
	defer cancel()
	return k.Manager.Kill(forced, machine.ConsulService)
}

// awaitPort waits until the gossip of a stopped Consul has let go of its port.
func (k *Keeper) awaitPort(ctx context.Context, n installation) error {
	if n.Consul == nil {
		return nil
	}
	host, _ := n.Consul.Configuration["bind_addr"].(string)
	if k.Machine.HostAddress != "" {
		host = k.Machine.HostAddress
	}
	if net.ParseIP(host) == nil {
		host = "" // a template of Consul's
	}
	address := net.JoinHostPort(host, strconv.Itoa(portOf(n.Wanted, "serf_lan", 8301)))
	limit := k.Patience.usual().Port
	for deadline := time.Now().Add(limit); ; {
		err := listen(address)
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%v after Consul has stopped, its port of gossip %s can't be used: another program holds it: end that program (%w)", limit, address, err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pollInterval):
		}
	}
}

// listen tries the port as gossip uses it.
func listen(address string) error {
	stream, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	packets, err := net.ListenPacket("udp", address)
	if err != nil {
		return errors.Join(err, stream.Close())
	}
	return errors.Join(stream.Close(), packets.Close())
}
