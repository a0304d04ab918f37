package leadership

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
)

// Records is a store that writes a key only if nobody else wrote it since it was read.
type Records interface {
	Get(ctx context.Context, key string, query consul.Query) (entry *consul.Entry, index uint64, err error)
	PutIf(ctx context.Context, key string, value []byte, modifyIndex uint64) (written bool, err error)
}

// Entry of a journal.
type Entry struct {
	Sequence uint64    `json:"sequence"`
	Token    uint64    `json:"token"`
	Machine  string    `json:"machine"`
	At       time.Time `json:"at"`
}

const (
	// mostEntries stay in a journal: every write carries all of them.
	mostEntries = 100
	// mostAttempts to write while others do.
	mostAttempts = 5
	// writeLimit is for one entry, once it has begun.
	writeLimit = 5 * time.Second
)

// ErrFenced refuses a writer that leads no more: a later leader has been here.
var ErrFenced = errors.New("a later leader has written already")

// Journal numbers what leaders did. It refuses tokens older than the newest that it has seen: reading, comparing and
// writing are one step, because a write counts only if nobody wrote in between.
type Journal struct {
	Records Records
	Key     string
	Machine string
	// Interval between two entries.
	Interval time.Duration
	Log      *slog.Logger

	written, refused atomic.Uint64
}

// Counts are how many entries this process wrote, and how many were refused.
func (j *Journal) Counts() (written, refused uint64) {
	return j.written.Load(), j.refused.Load()
}

// Keep writes an entry at once, by which the journal knows the new token, and then one at each interval. It ends with
// ctx, or when it is refused.
func (j *Journal) Keep(ctx context.Context, token uint64) error {
	ticks := time.NewTicker(j.Interval)
	defer ticks.Stop()
	for {
		if err := j.append(ctx, token); errors.Is(err, ErrFenced) {
			return err
		} else if err != nil && ctx.Err() == nil {
			j.Log.Warn("no entry in the journal this time", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
		}
	}
}

// append finishes what it has begun, even when the lead ends meanwhile: the fence decides whether it still counts.
func (j *Journal) append(ctx context.Context, token uint64) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeLimit)
	defer cancel()
	for range mostAttempts {
		found, _, err := j.Records.Get(ctx, j.Key, consul.Query{Consistent: true})
		if err != nil {
			return err
		}
		var entries []Entry
		var before uint64
		if found != nil {
			before = found.ModifyIndex
			if err := json.Unmarshal(found.Value, &entries); err != nil {
				return fmt.Errorf("the journal can't be read: %w", err)
			}
		}
		next := Entry{Sequence: 1, Token: token, Machine: j.Machine, At: time.Now().UTC()}
		if len(entries) > 0 {
			last := entries[len(entries)-1]
			if last.Token > token {
				j.refused.Add(1)
				return fmt.Errorf("%w: its token is %d, this one %d", ErrFenced, last.Token, token)
			}
			next.Sequence = last.Sequence + 1
		}
		entries = append(entries, next)
		text, err := json.Marshal(entries[max(0, len(entries)-mostEntries):])
		if err != nil {
			return err
		}
		written, err := j.Records.PutIf(ctx, j.Key, text, before)
		if err != nil {
			return err
		}
		if written {
			j.written.Add(1)
			return nil
		}
	}
	return fmt.Errorf("others wrote in the journal %d times in between", mostAttempts)
}
