package configuration

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
)

// Store lists what is below a prefix.
type Store interface {
	List(ctx context.Context, prefix string, query consul.Query) (entries []consul.Entry, index uint64, err error)
}

// Timing of a watch; the tests have another one.
type Timing struct {
	// Wait is how long a question stays open when nothing changes.
	Wait time.Duration
	// Pause is the least time between two questions: an index that misbehaves must not make a busy loop.
	Pause time.Duration
	// BackOff are the waits after failures in a row; the last one repeats.
	BackOff []time.Duration
}

// UsualTiming has a change in force within milliseconds, at a question each five minutes.
var UsualTiming = Timing{
	Wait:    5 * time.Minute,
	Pause:   250 * time.Millisecond,
	BackOff: []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 30 * time.Second},
}

const jitter = 0.2

// Watch follows the store. While it can't be reached, what it said last goes on.
type Watch struct {
	store  Store
	prefix string
	live   *Live
	timing Timing
	log    *slog.Logger
	first  chan struct{} // closed by the first answer
	memory *Memory
	kept   map[string]string

	mu     sync.Mutex
	index  uint64
	failed error
}

// NewWatch follows the keys below prefix. What memory holds is in force until the store answers.
func NewWatch(store Store, prefix string, live *Live, memory *Memory, timing Timing, log *slog.Logger) *Watch {
	w := &Watch{store: store, prefix: prefix, live: live, memory: memory, timing: timing, log: log, first: make(chan struct{}),
		failed: errors.New("the store hasn't answered yet")}
	if texts, found := memory.recall(); found && live.Take(texts) {
		log.Info("the store's last known configuration is in force until it answers", "prefix", prefix)
		w.kept = texts
	}
	return w
}

// Remembers tells whether there was a last known state to begin with.
func (w *Watch) Remembers() bool { return w.kept != nil }

// Run follows until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	index, failures := uint64(0), 0
	for ctx.Err() == nil {
		started := time.Now()
		wait := w.timing.Wait + time.Duration(rand.Float64()*jitter*float64(w.timing.Wait))
		entries, seen, err := w.store.List(ctx, w.prefix+"/", consul.Query{Index: index, Wait: wait})
		texts := w.texts(entries)
		if err == nil && len(texts) == 0 {
			err = errNothing
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			w.lost(err)
			// Nobody knows what was missed: the next answer is to come at once.
			index = 0
			pause(ctx, w.backOff(failures))
			failures++
		default:
			failures = 0
			if w.live.Take(texts) && !maps.Equal(texts, w.kept) {
				w.memory.keep(texts)
				w.kept = texts
			}
			w.answered(seen)
			index = nextIndex(index, seen)
			pause(ctx, w.timing.Pause-time.Since(started))
		}
	}
}

// errNothing is how a store answers whose declarations aren't applied yet, and a token that may not read them: nobody
// declares a configuration of nothing. So it counts as no answer.
var errNothing = errors.New("there is nothing below the prefix: it isn't written yet, or the token may not read it")

// nextIndex is what the next question waits from. An index that went back belongs to another history, of a restored
// snapshot or a new datacenter: waiting from the old one would miss every change until it is reached again. 0 would not
// wait at all.
func nextIndex(asked, seen uint64) uint64 {
	if seen < asked {
		return 0
	}
	return max(seen, 1)
}

func (w *Watch) texts(entries []consul.Entry) map[string]string {
	texts := map[string]string{}
	for _, entry := range entries {
		// A folder that somebody made in the user interface is a key with a slash at its end.
		if key := strings.TrimPrefix(entry.Key, w.prefix+"/"); key != "" && !strings.HasSuffix(key, "/") {
			texts[key] = string(entry.Value)
		}
	}
	return texts
}

func (w *Watch) answered(index uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed != nil {
		w.log.Info("the configuration's store answers", "prefix", w.prefix, "index", index)
	}
	w.index, w.failed = index, nil
	select {
	case <-w.first:
	default:
		close(w.first)
	}
}

func (w *Watch) lost(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failed == nil || w.failed.Error() != err.Error() {
		w.log.Warn("the configuration's store doesn't answer, what it said last goes on", "prefix", w.prefix, "error", err.Error())
	}
	w.failed = err
}

func (w *Watch) backOff(failures int) time.Duration {
	wait := w.timing.BackOff[min(failures, len(w.timing.BackOff)-1)]
	return time.Duration(float64(wait) * (1 - jitter + 2*jitter*rand.Float64()))
}

// Answers is nil while the store can be reached. Before its first answer it waits for it.
func (w *Watch) Answers(ctx context.Context) error {
	select {
	case <-w.first:
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.failed
}

// Valid is nil while what the store says can be used.
func (w *Watch) Valid(ctx context.Context) error {
	select {
	case <-w.first:
	case <-ctx.Done():
	}
	_, err := w.live.Current()
	return err
}

func pause(ctx context.Context, wait time.Duration) {
	if wait <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}
