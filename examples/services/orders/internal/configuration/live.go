package configuration

import (
	"log/slog"
	"maps"
	"sync"
)

// Live is the configuration in force. The store's layer may change at any time; the others stay for the life of the
// process, because their sources belong to the release.
type Live struct {
	below, above []Layer
	apply        func(Values)
	log          *slog.Logger

	mu       sync.Mutex
	store    map[string]string
	current  Effective
	rejected error
}

// storeLayer is the name of what the store says.
const storeLayer = "store"

// NewLive puts the layers in force that belong to the release: below the store, the file; above it, the environment. It
// fails when they can't be used: then the release is not to be.
func NewLive(below, above []Layer, apply func(Values), log *slog.Logger) (*Live, error) {
	l := &Live{below: below, above: above, apply: apply, log: log}
	effective, err := l.merged(nil)
	if err != nil {
		return nil, err
	}
	l.put(effective, nil)
	return l, nil
}

// Take puts a new state of the store in force, all of it or, where a value can't be used, nothing: then the former one
// goes on. It tells whether the state is in force.
func (l *Live) Take(texts map[string]string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	effective, err := l.merged(texts)
	if err != nil {
		if l.rejected == nil || l.rejected.Error() != err.Error() {
			l.log.Warn("the store's configuration can't be used, the former one goes on", "problems", err.(*Invalid).Problems)
		}
		l.rejected = err
		return false
	}
	if l.rejected != nil {
		l.log.Info("the store's configuration can be used again")
	}
	l.rejected = nil
	if !maps.Equal(texts, l.store) {
		l.put(effective, texts)
	}
	return true
}

func (l *Live) merged(store map[string]string) (Effective, error) {
	layers := append([]Layer{}, l.below...)
	layers = append(layers, Layer{storeLayer, store})
	return Merge(append(layers, l.above...)...)
}

func (l *Live) put(effective Effective, store map[string]string) {
	former := map[string]string{}
	for _, s := range l.current.Settings {
		former[s.Key] = s.Value
	}
	changes := []any{}
	for _, s := range effective.Settings {
		if before, known := former[s.Key]; !known || before != s.Value {
			changes = append(changes, s.Key, s.Value)
		}
	}
	l.store, l.current = store, effective
	l.apply(effective.Values)
	l.log.Info("configuration in force", slog.Group("changed", changes...), "unknown", effective.Unknown)
}

// Current is what is in force, and why the newest state of the store isn't, if it isn't.
func (l *Live) Current() (Effective, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.current, l.rejected
}
