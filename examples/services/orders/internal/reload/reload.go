// Package reload keeps a value that is read from files up to date while the service runs.
package reload

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// lookAgainAfter is how long a value may be trusted without a look at its files: a busy service doesn't ask the disk
// thousands of times a second, and a new value counts within a second.
const lookAgainAfter = time.Second

// Value is what files say. Whoever replaces them may be half-way: until they can be read, the former value goes on.
type Value[T any] struct {
	files []string
	read  func() (T, error)
	log   *slog.Logger

	mutex  sync.Mutex
	value  T
	seen   []fs.FileInfo
	looked time.Time
}

// New reads the value for the first time, and fails when it can't be read. Errors of read hold no secret.
func New[T any](log *slog.Logger, read func() (T, error), files ...string) (*Value[T], error) {
	v := &Value[T]{files: files, read: read, log: log}
	return v, v.renew()
}

// Get is the newest value that could be read.
func (v *Value[T]) Get() T {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if time.Since(v.looked) >= lookAgainAfter {
		if err := v.renew(); err != nil {
			v.log.Warn("renewed files can't be used yet, the former ones go on", "files", v.files, "error", err.Error())
		}
	}
	return v.value
}

// renew reads the files if they are others than before. It looks at them before it reads them: a change in between is
// found the next time.
func (v *Value[T]) renew() error {
	v.looked = time.Now()
	found := make([]fs.FileInfo, len(v.files))
	for i, file := range v.files {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		found[i] = info
	}
	if slices.EqualFunc(found, v.seen, same) {
		return nil
	}
	value, err := v.read()
	if err != nil {
		return err
	}
	v.value, v.seen = value, found
	v.log.Info("files were read", "files", v.files)
	return nil
}

func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// Secret is the text of a file, without the line break that editors put at its end.
func Secret(log *slog.Logger, file string) (*Value[string], error) {
	return New(log, func() (string, error) {
		text, err := os.ReadFile(file)
		secret := strings.TrimRight(string(text), "\r\n")
		if err == nil && secret == "" {
			err = fmt.Errorf("%s is empty", file)
		}
		return secret, err
	}, file)
}
