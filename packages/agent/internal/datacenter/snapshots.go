package datacenter

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/blob"
	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

const (
	snapshotTime   = "20060102T150405Z"
	snapshotSuffix = ".snap"
	// retryPause keeps a container that can't be written from being asked at every look.
	retryPause = time.Minute
)

// SnapshotStatus is what a server's agent says of snapshots.
type SnapshotStatus struct {
	// Last is the newest in the container, as far as this agent knows.
	Last    string `json:"last,omitempty"`
	Kept    int    `json:"kept"`
	Problem string `json:"problem,omitempty"`
}

// Snapshots takes a snapshot at each interval, on the server that leads.
type Snapshots struct {
	Settings   spec.ConsulSnapshots
	Datacenter string
	Client     consulapi.Client
	Tokens     func(ctx context.Context, clientID, resource string) (string, error)
	// Folder is for the snapshot on its way.
	Folder string
	Log    *slog.Logger

	next   time.Time
	status SnapshotStatus
}

// Step takes a snapshot when one is due.
func (s *Snapshots) Step(ctx context.Context, leads bool) SnapshotStatus {
	if !leads || time.Now().Before(s.next) {
		return s.status
	}
	err := s.look(ctx)
	if ctx.Err() != nil {
		return s.status
	}
	problem := ""
	if err != nil {
		s.next = time.Now().Add(retryPause)
		problem = err.Error()
	}
	if problem != s.status.Problem && problem != "" {
		s.Log.Error("snapshot", "error", problem)
	}
	s.status.Problem = problem
	return s.status
}

// look asks the container when the last one was taken: another server may have led then.
func (s *Snapshots) look(ctx context.Context) error {
	store := blob.NewClient(s.Settings.Container.ClientID, s.Tokens)
	prefix := s.prefix()
	names, err := s.taken(ctx, store)
	if err != nil {
		return err
	}
	interval := time.Duration(s.Settings.IntervalMinutes * float64(time.Minute))
	if len(names) > 0 {
		last, _ := time.Parse(snapshotTime, strings.TrimSuffix(strings.TrimPrefix(names[len(names)-1], prefix), snapshotSuffix))
		if due := last.Add(interval); time.Now().Before(due) {
			s.next, s.status.Last, s.status.Kept = due, names[len(names)-1], len(names)
			return nil
		}
	}
	name := prefix + time.Now().UTC().Format(snapshotTime) + snapshotSuffix
	if err := s.take(ctx, store, name); err != nil {
		return fmt.Errorf("no snapshot could be taken: %w", err)
	}
	names = append(names, name)
	s.Log.Info("snapshot", "name", name)
	s.next = time.Now().Add(interval)
	for len(names) > s.Settings.Keep {
		if err := store.Remove(ctx, s.address(names[0])); err != nil {
			return fmt.Errorf("the snapshot was taken, but an old one can't be removed: %w", err)
		}
		names = names[1:]
	}
	s.status.Last, s.status.Kept = name, len(names)
	return nil
}

func (s *Snapshots) prefix() string { return "consul-" + s.Datacenter + "-" }

func (s *Snapshots) address(name string) string { return s.Settings.Container.URL + "/" + name }

// taken are the names of snapshots of this datacenter, the oldest first. What else lies there is somebody else's.
func (s *Snapshots) taken(ctx context.Context, store *blob.Client) ([]string, error) {
	names, err := store.List(ctx, s.Settings.Container.URL, s.prefix())
	names = slices.DeleteFunc(names, func(name string) bool {
		at, found := strings.CutSuffix(strings.TrimPrefix(name, s.prefix()), snapshotSuffix)
		_, err := time.Parse(snapshotTime, at)
		return !found || err != nil
	})
	slices.Sort(names)
	return names, err
}

func (s *Snapshots) take(ctx context.Context, store *blob.Client, name string) error {
	file, err := os.CreateTemp(s.Folder, "snapshot-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := Save(ctx, s.Client, file); err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	return store.Write(ctx, s.address(name), file, size)
}
