package install

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/health"
)

// admissionInterval is the pace of the questions while the balancer gets used to the new release.
const admissionInterval = time.Second

// admit ends an upgrade only when the machine gets connections again. Else the next machine of a rollout could leave the
// rotation while this one is still missing, and nobody is left; and a release that lives but never becomes ready would
// go on to every machine.
var admit = step{
	Name: "admission",
	Do: func(ctx context.Context, t *transaction) error {
		admission := t.Next.Spec.Health.Admission
		if admission == nil {
			return nil
		}
		if err := t.undrain(t.Next.name()); err != nil {
			return err
		}
		gate := t.admissionGate(t.Next)
		t.Log.Info("waiting for new connections", "from", gate.Target(), "wait", admission.Wait.Duration().String())
		err := gate.Wait(ctx, func(ctx context.Context) (int, error) {
			status, err := t.Manager.Query(ctx, t.Next.name())
			return status.PID, err
		})
		if err != nil {
			return fmt.Errorf("the release is alive, but the balancer would send it no connections: %w", err)
		}
		return nil
	},
	Undo: func(ctx context.Context, t *transaction) error {
		if t.Next.Spec.Health.Admission == nil {
			return nil
		}
		// It may have got connections meanwhile.
		status, err := t.Manager.Query(ctx, t.Next.name())
		if err != nil || !status.Running() {
			return err
		}
		return t.drain(ctx, t.Next)
	},
}

// startsDrained tells whether a release gets connections only after it has shown that it is healthy: one that isn't is
// ended again, with all connections that it has. Where one endpoint answers for both, it has to be let in first.
func (t *transaction) startsDrained() bool {
	h := t.Next.Spec.Health
	return t.Former != nil && h.Admission != nil && h.Admission.Path != h.Path
}

// admissionGate asks what the balancer asks, for as long as that takes to believe it. Where the agent answers in the
// service's place, it says "ready" while the service takes connections.
func (i *Installer) admissionGate(r release) health.Gate {
	h, address := r.Spec.Health, i.Machine.AskAddress(r.Spec.Service.Port)
	wait := h.Admission.Wait.Duration()
	gate := health.Gate{
		Interval:  admissionInterval,
		Timeout:   h.Timeout.Duration(),
		Deadline:  h.Deadline.Duration() + wait,
		Successes: 1 + int((wait+admissionInterval-1)/admissionInterval),
	}
	if h.ByAgent() {
		gate.Address = address
	} else {
		gate.URL = fmt.Sprintf("%s://%s%s", cmp.Or(h.Scheme, "http"), address, h.Admission.Path)
	}
	return gate
}
