// Package logfile opens log files that can't grow without end.
package logfile

import "os"

// maxBytes is when a log is put aside (S2-35). One former log is kept.
const maxBytes = 100 << 20

// Open opens a log for appending; a log that has become too long is first renamed to "<path>.1".
func Open(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > maxBytes {
		_ = os.Rename(path, path+".1") // Windows refuses while another run has it open: then it grows a little longer
	}
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
}
