package download

import (
	"io"
	"log/slog"
	"time"
)

// progressEvery keeps a slow download visible without filling the log.
const progressEvery = 5 * time.Second

type progress struct {
	log         *slog.Logger
	total, seen int64
	next        time.Time
}

func (p *progress) add(n int) {
	p.seen += int64(n)
	if now := time.Now(); now.After(p.next) {
		p.next = now.Add(progressEvery)
		p.log.Info("downloading", "bytes", p.seen, "of", p.total)
	}
}

func (p *progress) done() { p.log.Info("downloaded, SHA-256 is the declared one", "bytes", p.seen) }

// watchedReader tells about every part that arrives.
type watchedReader struct {
	io.Reader
	arrived func(n int)
}

func (r *watchedReader) Read(buffer []byte) (int, error) {
	n, err := r.Reader.Read(buffer)
	r.arrived(n)
	return n, err
}

// localWriter marks a failed write as this machine's fault, so that it isn't tried again.
type localWriter struct{ io.Writer }

func (w localWriter) Write(content []byte) (int, error) {
	n, err := w.Writer.Write(content)
	if err != nil {
		err = localError{err}
	}
	return n, err
}
