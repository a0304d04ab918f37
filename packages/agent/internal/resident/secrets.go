package resident

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets"
)

// jitter spreads the machines' questions: a vault's limits count for all of them.
const jitter = 0.2

// SecretsStatus is how the last look into the vaults went.
type SecretsStatus struct {
	// Renewed is when a value last changed here.
	Renewed *time.Time `json:"renewed,omitempty"`
	// Problem says why values are older than they should be; empty when they aren't.
	Problem string `json:"problem,omitempty"`
}

// refreshSecrets looks for new versions, each service at its own pace.
func (r *Resident) refreshSecrets(ctx context.Context) {
	due := map[string]time.Time{}
	every(ctx, lookInterval, func(ctx context.Context) {
		services, err := r.Installer.Supervised(ctx)
		if err != nil {
			return
		}
		for _, s := range services {
			name, interval := s.Spec.Service.Name, s.Spec.SecretRefresh.Duration()
			if !secrets.Declared(s.Spec) || interval == 0 {
				delete(due, name)
				continue
			}
			next, known := due[name]
			if known && time.Now().After(next) && !r.refresh(ctx, s) {
				continue // an installation goes on: soon again
			}
			if !known || time.Now().After(next) {
				due[name] = time.Now().Add(time.Duration(float64(interval) * (1 - jitter*rand.Float64())))
			}
		}
	})
}

// refresh tells whether it came to an end, good or bad.
func (r *Resident) refresh(ctx context.Context, s install.Supervised) bool {
	name := s.Spec.Service.Name
	changed, err := secrets.Refresh(ctx, r.Installer.Machine, s.Spec, r.Log)
	if exitcode.Of(err) == exitcode.Busy || ctx.Err() != nil {
		return false
	}
	former := r.secretsStatus(name)
	now := former
	now.Problem = ""
	if err != nil {
		now.Problem = err.Error()
	}
	if len(changed) > 0 {
		at := time.Now().UTC()
		now.Renewed = &at
	}
	switch {
	case now == former:
		return true // the same problem isn't told again
	case err != nil && now.Problem != former.Problem:
		r.Log.Error("secrets could not be renewed, the former ones stay", "service", name, "error", now.Problem)
	case former.Problem != "":
		r.Log.Info("secrets can be renewed again", "service", name)
	}
	r.edit(func(status *Status) { status.Secrets[name] = now })
	return true
}

func (r *Resident) secretsStatus(name string) SecretsStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status.Secrets[name]
}
