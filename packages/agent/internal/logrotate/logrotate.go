// Package logrotate writes log files that can't grow without end: put aside at a size and at midnight (UTC),
// compressed, and dropped by age and by their total (S2-35). The writer is always the one process that owns the file:
// Windows doesn't rename what another process has open, and copying a file that is being written loses lines.
package logrotate

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"
)

// Limits of a log and of all logs of a machine.
type Limits struct {
	// MaxMegabytes is when a log is put aside before its day is over.
	MaxMegabytes int `json:"maxMegabytes"`
	// KeepDays is when a log that was put aside is dropped.
	KeepDays int `json:"keepDays"`
	// TotalMegabytes is what all logs of the machine may take together; the oldest that were put aside go first.
	TotalMegabytes int `json:"totalMegabytes"`
}

// Default is 100 MB or a day, a week (S2-35), and no more than 2 GB in all.
var Default = Limits{MaxMegabytes: 100, KeepDays: 7, TotalMegabytes: 2048}

// File is a log that is open for appending.
type File struct {
	mu   sync.Mutex
	log  *lumberjack.Logger
	day  string
	lost int64
	now  func() time.Time
}

// Open opens a log. One that can't be created now is created by a later write.
func Open(path string, limits Limits) *File { return open(path, limits, time.Now) }

func open(path string, limits Limits, now func() time.Time) *File {
	f := &File{now: now, log: &lumberjack.Logger{Filename: path, MaxSize: limits.MaxMegabytes, MaxAge: limits.KeepDays, Compress: true}}
	f.day = dayOf(now())
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		f.day = dayOf(info.ModTime())
	}
	_, _ = f.log.Write(nil)
	return f
}

// Write never fails: a full disk must not stop the one who logs. What couldn't be written is counted, and the log says
// so as soon as it can.
func (f *File) Write(text []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if today := dayOf(f.now()); today != f.day {
		if f.log.Rotate() == nil {
			f.day = today
		}
	}
	if f.lost > 0 {
		if _, err := fmt.Fprintf(f.log, "windows-ha-agent: %d bytes of this log could not be written\n", f.lost); err == nil {
			f.lost = 0
		}
	}
	if written, err := f.log.Write(text); err != nil {
		f.lost += int64(len(text) - written)
	}
	return len(text), nil
}

// Close closes the file.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.Close()
}

// Rotate puts aside a log that nobody has open, when its size or its day says so.
func Rotate(path string, limits Limits, now time.Time) error {
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 || info.Size() < int64(limits.MaxMegabytes)<<20 && dayOf(info.ModTime()) == dayOf(now) {
		return nil
	}
	log := open(path, limits, func() time.Time { return now })
	defer log.Close()
	return log.log.Rotate()
}

// Pipe copies what a process prints into the log, and to the others, until the process, and all that it started, have
// closed their end.
func (f *File) Pipe(others ...io.Writer) (end *os.File, done <-chan struct{}, err error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		defer reader.Close()
		_, _ = io.Copy(io.MultiWriter(append(others, f)...), reader)
	}()
	return writer, copied, nil
}

func dayOf(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// LogFile is where a service's output goes.
func LogFile(folder, service string) string { return filepath.Join(folder, service+".log") }
