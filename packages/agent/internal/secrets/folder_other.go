//go:build !windows

package secrets

import (
	"os"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
)

func readLink(link string) (string, error) { return os.Readlink(link) }

// writeLink replaces a link by one rename.
func writeLink(link, target string) error {
	temp := link + ".new"
	if err := os.Remove(temp); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Symlink(target, temp); err != nil {
		return err
	}
	return atomicfile.Rename(temp, link)
}
