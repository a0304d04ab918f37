package resident

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/crashpoint"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/watchdog"
)

const (
	// consulSilence is how long Consul's API may be silent: its pauses between two requests for a certificate grow to
	// minutes, and a fresh process asks at once.
	consulSilence = time.Minute
	// consulAnswer is how long one question may take.
	consulAnswer = 2 * time.Second
	// consulRenewal is the time between two looks into the vaults, and between two attempts of what came too late.
	consulRenewal = 5 * time.Minute
)

// ConsulStatus is what the resident part did for Consul.
type ConsulStatus struct {
	// Restarts of a silent process, ever.
	Restarts    int        `json:"restarts"`
	LastRestart *time.Time `json:"lastRestart,omitempty"`
	LastProblem string     `json:"lastProblem,omitempty"`
	// Problem says what Consul can't be told; empty when it knows all.
	Problem string `json:"problem,omitempty"`
	// SecretsProblem says why values are older than they should be; empty when they aren't.
	SecretsProblem string `json:"secretsProblem,omitempty"`
}

// keepConsul looks after Consul while there is one: its process, its secrets, and what is drained.
func (r *Resident) keepConsul(ctx context.Context) {
	silence := crashpoint.Shortened("WINDOWS_HA_CONSUL_SILENCE", consulSilence)
	pace := min(lookInterval, silence/5)
	rule := watchdog.Settings{Failures: int(silence / pace), Start: silence}
	renewal := crashpoint.Shortened("WINDOWS_HA_CONSUL_RENEWAL", consulRenewal)
	var watch watchdog.Watch
	due := soon(renewal)
	every(ctx, pace, func(ctx context.Context) {
		if _, installed := r.Installer.Consul.Installed(); !installed && r.Installer.Consul.Due() == nil {
			return
		}
		if r.watchConsul(ctx, &watch, rule, min(consulAnswer, pace)) {
			r.settleConsul(ctx)
		}
		if time.Now().After(due) && r.renewConsul(ctx) {
			due = soon(renewal)
		}
	})
}

// soon is the end of an interval, or up to a fifth earlier: a vault's limits count for all machines.
func soon(interval time.Duration) time.Time {
	return time.Now().Add(time.Duration(float64(interval) * (1 - jitter*rand.Float64())))
}

// watchConsul tells whether Consul has answered.
func (r *Resident) watchConsul(ctx context.Context, watch *watchdog.Watch, rule watchdog.Settings, limit time.Duration) bool {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	pid, silent := r.Installer.Consul.Process(limited)
	if ctx.Err() != nil || !watch.Observe(time.Now(), rule, pid, silent == nil) {
		return pid != 0 && silent == nil
	}
	restarted, err := r.Installer.RestartConsul(ctx, pid)
	if exitcode.Of(err) == exitcode.Busy || err == nil && !restarted {
		watch.Forget() // an installation works on it, or somebody was quicker
		return false
	}
	now := time.Now()
	watch.Restarted(now)
	if err != nil {
		r.Log.Error("Consul is silent and could not be started anew", "problem", silent.Error(), "error", err.Error())
	} else {
		r.Log.Error("Consul was silent and was started anew", "pid", pid, "problem", silent.Error())
	}
	at := now.UTC()
	r.editConsul(func(s *ConsulStatus) { s.Restarts, s.LastRestart, s.LastProblem = s.Restarts+1, &at, silent.Error() })
	return false
}

func (r *Resident) editConsul(change func(*ConsulStatus)) {
	r.edit(func(s *Status) {
		var now ConsulStatus
		if s.Consul != nil {
			now = *s.Consul
		}
		change(&now)
		s.Consul = &now
	})
}

// settleConsul tells Consul what it didn't take when it was told: files to read, a drain that began, and one that is over
// since the agent was killed. A Consul that is silent, or knows no servers, is told next time.
func (r *Resident) settleConsul(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, 2*consulAnswer)
	defer cancel()
	problem := ""
	err := r.Installer.Consul.Settle(limited)
	services, listErr := r.Installer.Consul.Registered()
	for _, name := range services {
		err = errors.Join(err, r.Installer.Maintain(limited, name))
	}
	if err = errors.Join(err, listErr); err != nil && ctx.Err() == nil {
		problem = err.Error()
	}
	if r.consulStatus().Problem != problem {
		r.editConsul(func(s *ConsulStatus) { s.Problem = problem })
	}
}

func (r *Resident) consulStatus() ConsulStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status.Consul == nil {
		return ConsulStatus{}
	}
	return *r.status.Consul
}

// renewConsul tells whether it came to an end, good or bad.
func (r *Resident) renewConsul(ctx context.Context) bool {
	if err := r.Installer.RetryConsul(ctx); err != nil && ctx.Err() == nil {
		if exitcode.Of(err) == exitcode.Busy {
			return false
		}
		r.Log.Error("Consul could still not be installed", "error", err.Error())
	}
	_, err := r.Installer.RefreshConsul(ctx)
	if exitcode.Of(err) == exitcode.Busy || ctx.Err() != nil {
		return false
	}
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	if problem != r.consulStatus().SecretsProblem {
		if problem != "" {
			r.Log.Error("Consul's secrets could not be renewed, the former ones stay", "error", problem)
		}
		r.editConsul(func(s *ConsulStatus) { s.SecretsProblem = problem })
	}
	return true
}
