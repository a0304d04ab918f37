package logrotate

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// aside is the name of a log that was put aside: "<name>-<time>.log", compressed or not yet.
var aside = regexp.MustCompile(`-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log(\.gz)?$`)

// Prune drops logs that were put aside: those that are too old, also of services that there are no more, and the
// oldest while the folder holds more than the total. A log in use is never touched.
func Prune(folder string, limits Limits, now time.Time) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	type old struct {
		path string
		at   time.Time
		size int64
	}
	var olds []old
	var total int64
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		total += info.Size()
		if aside.MatchString(entry.Name()) {
			olds = append(olds, old{filepath.Join(folder, entry.Name()), info.ModTime(), info.Size()})
		}
	}
	slices.SortFunc(olds, func(a, b old) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.path, b.path)) })
	oldest := now.AddDate(0, 0, -limits.KeepDays)
	var failures []error
	for _, o := range olds {
		if !o.at.Before(oldest) && total <= int64(limits.TotalMegabytes)<<20 {
			continue
		}
		if err := os.Remove(o.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
			continue
		}
		total -= o.size
	}
	return errors.Join(failures...)
}
