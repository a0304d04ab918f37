package atomicfile

import (
	"errors"
	"io"
)

// Copy writes an executable copy of a file and returns when its content is on disk.
func Copy(from, to string) (err error) {
	source, err := Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := Create(to, 0o755)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Sync()
}
