package consul

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Patience is how long things may take.
type Patience struct {
	Validate, Stop, Kill, Port time.Duration
	// Join is how long a first Consul may look for servers until nobody waits for it any more. It goes on looking.
	Join time.Duration
	// Answer is how long one may be silent that answered before it was exchanged, and Silence after how long of that it
	// is started once more: the pauses between two requests for a certificate grow to minutes.
	Answer, Silence time.Duration
	// Gone is how long there may be no process: it ends faster than anybody looks, however often it is started.
	Gone time.Duration
}

func (p Patience) usual() Patience {
	return Patience{
		Validate: cmp.Or(p.Validate, 30*time.Second), Stop: cmp.Or(p.Stop, 20*time.Second), Kill: cmp.Or(p.Kill, 10*time.Second), Port: cmp.Or(p.Port, 15*time.Second),
		Join: cmp.Or(p.Join, 15*time.Second), Answer: cmp.Or(p.Answer, 90*time.Second), Silence: cmp.Or(p.Silence, 60*time.Second),
		Gone: cmp.Or(p.Gone, 12*time.Second),
	}
}

const (
	pollInterval = 200 * time.Millisecond
	// mostEnds is how often a fresh process may end by itself: an address that is still in use lets the next one in.
	mostEnds = 2
)

// await waits for Consul's first answer and tells whether it came. It fails when the process keeps ending, and when it
// stays silent although it must not.
func (k *Keeper) await(ctx context.Context, n installation, must bool) (answers bool, err error) {
	patience := k.Patience.usual()
	limit := patience.Join
	if must {
		limit = patience.Answer
	}
	k.Log.Info("waiting for Consul's answer", "from", k.address(n), "deadline", limit.String())
	began, seen, again := time.Now(), time.Now(), false
	pid, ends, silent := 0, 0, errors.New("nothing was asked yet")
	for {
		status, err := k.Manager.Query(ctx, machine.ConsulService)
		if err != nil {
			return false, err
		}
		if pid != 0 && status.PID != pid {
			ends++
		}
		pid = status.PID
		if ends >= mostEnds {
			return false, fmt.Errorf("its process ended by itself %d times: look at %s", ends, k.layout().logs())
		}
		if pid != 0 {
			seen = time.Now()
			if silent = k.client(n, agentToken).Ping(ctx); answered(silent) {
				return true, nil
			}
		}
		waited := time.Since(began)
		switch {
		case ctx.Err() != nil:
			return false, fmt.Errorf("interrupted while waiting for Consul: %w", context.Cause(ctx))
		case time.Since(seen) > patience.Gone:
			return false, fmt.Errorf("its process ends by itself as often as it is started: look at %s", k.layout().logs())
		case waited > limit && (pid == 0 || ends > 0):
			return false, fmt.Errorf("its process ended by itself within %v: look at %s", limit, k.layout().logs())
		case waited > limit && must:
			return false, fmt.Errorf("its API is silent for %v (%w), and the former one answered: look at %s", limit, silent, k.layout().logs())
		case waited > limit:
			return false, nil
		case must && !again && waited > patience.Silence:
			again, pid = true, 0
			k.Log.Warn("Consul is silent and is started once more", "after", patience.Silence.String())
			if err := k.again(ctx); err != nil {
				return false, err
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
}

// Restart starts a process anew, unless it is another one by now or an installation was cut off. It tells whether it did.
func (k *Keeper) Restart(ctx context.Context, pid int) (bool, error) {
	status, err := k.query(ctx)
	if err != nil || status == nil || status.PID != pid || exists(k.layout().journalFile()) {
		return false, err
	}
	return true, k.again(ctx)
}

// silentStop is short: who doesn't answer a question hardly hears a request.
const silentStop = 5 * time.Second

func (k *Keeper) again(ctx context.Context) error {
	if err := k.endWithin(ctx, silentStop); err != nil {
		return err
	}
	return k.Manager.Start(context.WithoutCancel(ctx), machine.ConsulService)
}
