// Package leadership lets one of all instances lead: do what must not be done twice. Consul decides by a lock that hangs
// on a session, and the session on a health check of this instance. No lock can stop a process that was frozen and
// doesn't know yet that it lost it: what the leader writes to has to refuse it, by the token that grows with every leader.
package leadership

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
)

// Locks are the part of Consul that an election needs.
type Locks interface {
	CreateSession(ctx context.Context, session consul.Session) (id string, err error)
	SessionInfo(ctx context.Context, id string) (*consul.Holder, error)
	DestroySession(ctx context.Context, id string) error
	Acquire(ctx context.Context, key string, value []byte, session string) (acquired bool, err error)
	Release(ctx context.Context, key string, value []byte, session string) (released bool, err error)
	Get(ctx context.Context, key string, query consul.Query) (entry *consul.Entry, index uint64, err error)
}

// Timing of an election; the tests have another one.
type Timing struct {
	// LockDelay keeps the lock of a lost leader closed.
	LockDelay time.Duration
	// Confirm is how often a leader asks whether it still is one.
	Confirm time.Duration
	// Lease is how long it goes on without an answer: less than anybody else needs to take its place.
	Lease time.Duration
	// Follow is how long a follower's question for a change stays open.
	Follow time.Duration
	// Retry is the wait before the next attempt to take a free lock: during the lock-delay there are a few.
	Retry time.Duration
	// BackOff are the waits after failures in a row; the last one repeats.
	BackOff []time.Duration
}

// UsualTiming goes with a check every 2 s that fails after 1 s and twice: a hung leader has a successor within
// 2 × (2 + 1) + 2 = 8 s and the attempt that takes the lock.
var UsualTiming = Timing{
	LockDelay: 2 * time.Second,
	Confirm:   2 * time.Second,
	Lease:     4 * time.Second,
	Follow:    30 * time.Second,
	Retry:     200 * time.Millisecond,
	BackOff:   []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second},
}

const (
	jitter = 0.2
	// farewell is how long a leaving leader tries to give the lock back; then its session ends with its check.
	farewell = 5 * time.Second
)

// Elector takes part in an election for as long as it runs.
type Elector struct {
	Locks Locks
	// Key is the lock.
	Key string
	// Check is the id of this instance's health check, as it is registered.
	Check string
	// Machine is who leads, for whoever reads the lock.
	Machine string
	// Draining tells whether this instance is about to leave: then it doesn't lead.
	Draining func() bool
	// Lead does the leader's work until ctx ends; it may end earlier, with an error, to give the lead up. The token is
	// greater than that of every leader before.
	Lead   func(ctx context.Context, token uint64) error
	Timing Timing
	Log    *slog.Logger

	mu    sync.Mutex
	state State
}

// State is what an elector knows.
type State struct {
	Leading bool `json:"leading"`
	// Leader is the machine that has the lock; empty when nobody does, or nobody knows.
	Leader string    `json:"leader,omitempty"`
	Token  uint64    `json:"token,omitempty"`
	Since  time.Time `json:"since"`
	// Problem is why this instance takes no part just now.
	Problem string `json:"problem,omitempty"`
}

// State is the newest one.
func (e *Elector) State() State {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state
}

func (e *Elector) change(change func(*State)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before := e.state
	change(&e.state)
	if e.state.Leading != before.Leading || e.state.Leader != before.Leader || before.Since.IsZero() {
		e.state.Since = time.Now().UTC()
	}
}

// Run takes part until ctx ends, and leaves the lock free when it held it.
func (e *Elector) Run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		if e.Draining() {
			e.change(func(s *State) { *s = State{Since: s.Since, Problem: "draining"} })
			e.pause(ctx, e.Timing.Retry)
			continue
		}
		err := e.candidate(ctx)
		if err == nil || ctx.Err() != nil {
			failures = 0
			continue
		}
		e.Log.Warn("no part in the election of a leader for now", "error", err.Error())
		e.change(func(s *State) { *s = State{Since: s.Since, Problem: err.Error()} })
		wait := e.Timing.BackOff[min(failures, len(e.Timing.BackOff)-1)]
		e.pause(ctx, time.Duration(float64(wait)*(1-jitter+2*jitter*rand.Float64())))
		failures++
	}
}

// candidate lives as long as its session: it follows, leads when it can, and goes.
func (e *Elector) candidate(ctx context.Context) error {
	session, err := e.Locks.CreateSession(ctx, consul.Session{
		Name: e.Key + " of " + e.Machine, ServiceChecks: []string{e.Check}, LockDelay: e.Timing.LockDelay,
	})
	if err != nil {
		return err
	}
	e.change(func(s *State) { s.Problem = "" })
	defer e.leave(ctx, session)
	for ctx.Err() == nil && !e.Draining() {
		token, err := e.acquire(ctx, session)
		if err != nil {
			if found, unknown := e.Locks.SessionInfo(ctx, session); unknown == nil && found == nil {
				return errors.New("the session was lost: this instance's check or machine failed")
			}
			return err
		}
		if token == 0 {
			continue // it follows
		}
		if err := e.lead(ctx, session, token); err != nil {
			return err
		}
	}
	return nil
}

// acquire takes the lock if it is free, and else waits for a while until it may be. The token is 0 for a follower.
func (e *Elector) acquire(ctx context.Context, session string) (token uint64, err error) {
	acquired, err := e.Locks.Acquire(ctx, e.Key, e.card(), session)
	if err != nil {
		return 0, err
	}
	entry, index, err := e.Locks.Get(ctx, e.Key, consul.Query{Consistent: true})
	if err != nil {
		return 0, err
	}
	switch {
	case acquired && entry != nil && entry.Session == session:
		return entry.ModifyIndex, nil
	case entry == nil || entry.Session == "": // the lock-delay goes on
		e.change(func(s *State) { s.Leader = "" })
		e.pause(ctx, time.Duration(float64(e.Timing.Retry)*(1-jitter+2*jitter*rand.Float64())))
		return 0, nil
	}
	e.change(func(s *State) { s.Leader = holder(entry) })
	if holder(entry) == e.Machine {
		if err := e.bury(ctx, entry.Session, session); err != nil {
			return 0, err
		}
	}
	return 0, e.follow(ctx, index)
}

// bury ends the session of a former process of this machine, or one that this process couldn't end while Consul was
// away. Its check is the same as this one's and passes again: it would hold the lock for ever, and nobody would lead.
func (e *Elector) bury(ctx context.Context, former, own string) error {
	theirs, err := e.Locks.SessionInfo(ctx, former)
	if err != nil || theirs == nil {
		return err
	}
	ours, err := e.Locks.SessionInfo(ctx, own)
	if err != nil || ours == nil || ours.Node != theirs.Node {
		return err
	}
	e.Log.Info("ends the session that a former process of this machine left", "session", former)
	return e.Locks.DestroySession(ctx, former)
}

// follow waits for a change of the lock, a drain, or the end of the question.
func (e *Elector) follow(ctx context.Context, index uint64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go e.onDrain(ctx, cancel)
	_, _, err := e.Locks.Get(ctx, e.Key, consul.Query{Index: index, Wait: e.Timing.Follow})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// leave gives the lock back before the session ends: a lock that is given back is free at once, one whose session ended
// only after the lock-delay. It tries so even when ctx has ended, which is the usual reason to leave.
func (e *Elector) leave(ctx context.Context, session string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	_, err := e.Locks.Release(ctx, e.Key, e.card(), session)
	if err := errors.Join(err, e.Locks.DestroySession(ctx, session)); err != nil {
		e.Log.Warn("the session is left to its check", "session", session, "error", err.Error())
	}
}

// onDrain calls stop when a drain begins before ctx ends.
func (e *Elector) onDrain(ctx context.Context, stop func()) {
	for ctx.Err() == nil {
		if e.Draining() {
			stop()
			return
		}
		e.pause(ctx, e.Timing.Retry)
	}
}

func (e *Elector) pause(ctx context.Context, wait time.Duration) {
	if wait <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// card is what stands in the lock.
type card struct {
	Machine string `json:"machine"`
}

func (e *Elector) card() []byte {
	text, _ := json.Marshal(card{e.Machine}) // plain data always marshals
	return text
}

func holder(entry *consul.Entry) string {
	var found card
	_ = json.Unmarshal(entry.Value, &found)
	return found.Machine
}
