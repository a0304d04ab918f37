package logrotate

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"time"
)

// aside is the name of a log that was put aside: "<name>-<time>.log", compressed or not yet.
var aside = regexp.MustCompile(`-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log(\.gz)?$`)

// Prune drops logs that were put aside: those that are too old, also of services that there are no more, and the
// oldest while the folder and those in it hold more than the total. A log in use is never touched. Services may write
// into their own folders, so no link is followed out of the folder.
func Prune(folder string, limits Limits, now time.Time) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	type old struct {
		path string
		at   time.Time
		size int64
	}
	var olds []old
	var total int64
	err = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return unlessGone(err)
		}
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		total += info.Size()
		if aside.MatchString(entry.Name()) {
			olds = append(olds, old{path, info.ModTime(), info.Size()})
		}
		return nil
	})
	failures := []error{err}
	slices.SortFunc(olds, func(a, b old) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.path, b.path)) })
	oldest := now.AddDate(0, 0, -limits.KeepDays)
	for _, o := range olds {
		if !o.at.Before(oldest) && total <= int64(limits.TotalMegabytes)<<20 {
			continue
		}
		if err := unlessGone(root.Remove(o.path)); err != nil {
			failures = append(failures, err)
			continue
		}
		total -= o.size
	}
	return errors.Join(failures...)
}

func unlessGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
