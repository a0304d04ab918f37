// Package health answers the three questions that others ask about the service: does it serve, may it get traffic,
// and are the systems behind it well. They are apart because the answers lead to different actions: a restart, no new
// traffic, an alert. A database that is down must restart nothing (E28).
package health

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
)

// Drain is asked for by a file: while it exists, the service wants no new traffic and keeps serving.
type Drain struct {
	file       string
	log        *slog.Logger
	active     atomic.Bool
	unreadable sync.Once
}

// NewDrain watches for file. Without a file name the service never drains.
func NewDrain(file string, log *slog.Logger) *Drain {
	return &Drain{file: file, log: log}
}

// Active looks at the file at every call: one stat costs microseconds, and a cached answer would send new requests to
// a machine that is about to stop.
func (d *Drain) Active() bool {
	if d.file == "" {
		return false
	}
	_, err := os.Stat(d.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.unreadable.Do(func() {
			d.log.Error("the drain file can't be looked at, so the service never drains", "file", d.file, "error", err.Error())
		})
	}
	active := err == nil
	if d.active.Swap(active) != active {
		d.log.Info("drain changed", "draining", active, "file", d.file)
	}
	return active
}
