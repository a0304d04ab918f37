package wrapper

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
)

// crashBytes is how much of the standard error's end is kept of a crash: the traces of thousands of goroutines.
const crashBytes = 256 << 10

// Logs is where a program's output is kept: stdout.log, stderr.log, and a file of its own for every crash.
type Logs struct {
	Folder string
	Limits logrotate.Limits

	tail tail
}

// stream is one of the two outputs of a program.
type stream struct {
	log *logrotate.File
	end *os.File
}

type output struct {
	stdout, stderr stream
	copied         chan struct{} // closed when both streams have ended
}

func (l *Logs) open() (*output, error) {
	if err := os.MkdirAll(l.Folder, 0o755); err != nil {
		return nil, err
	}
	// Nobody else drops the crashes of a program that crashes again and again.
	if err := logrotate.Prune(l.Folder, l.Limits, time.Now()); err != nil {
		return nil, err
	}
	o := &output{copied: make(chan struct{})}
	o.stdout.log = logrotate.Open(filepath.Join(l.Folder, "stdout.log"), l.Limits)
	o.stderr.log = l.errors()
	var outDone, errDone <-chan struct{}
	var outErr, errErr error
	o.stdout.end, outDone, outErr = o.stdout.log.Pipe()
	o.stderr.end, errDone, errErr = o.stderr.log.Pipe(&l.tail)
	if err := errors.Join(outErr, errErr); err != nil {
		return nil, err
	}
	go func() {
		defer close(o.copied)
		<-outDone
		<-errDone
	}()
	return o, nil
}

// errors is the log of what a program writes to its standard error.
func (l *Logs) errors() *logrotate.File {
	return logrotate.Open(filepath.Join(l.Folder, "stderr.log"), l.Limits)
}

func (o *output) close() {
	_ = o.stdout.log.Close()
	_ = o.stderr.log.Close()
}

// keepCrash writes what the program said last beside its logs, under a name that is pruned as theirs are. A full disk
// must not keep the end from being reported.
func (l *Logs) keepCrash(program string, pid, code int) {
	now := time.Now().UTC()
	path := filepath.Join(l.Folder, now.Format("crash-2006-01-02T15-04-05.000.log"))
	head := fmt.Sprintf("%s: %s, process %d, ended by itself with exit code %d (0x%X); the end of its standard error:\n\n",
		now.Format(time.RFC3339), program, pid, code, uint32(code))
	_ = os.WriteFile(path, append([]byte(head), l.tail.bytes()...), 0o644)
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, text...)
	if len(t.text) > 2*crashBytes { // seldom, so that writing stays cheap
		t.text = append([]byte(nil), t.text[len(t.text)-crashBytes:]...)
	}
	return len(text), nil
}

func (t *tail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text[max(0, len(t.text)-crashBytes):]
}
