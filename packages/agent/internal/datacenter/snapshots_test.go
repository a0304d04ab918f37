package datacenter

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// archive is a snapshot as Consul packs it.
func archive(t *testing.T, state, sums string) []byte {
	t.Helper()
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	for _, file := range [][2]string{{"state.bin", state}, {"SHA256SUMS", sums}} {
		if err := files.WriteHeader(&tar.Header{Name: file[0], Mode: 0o600, Size: int64(len(file[1]))}); err != nil {
			t.Fatal(err)
		}
		_, _ = files.Write([]byte(file[1]))
	}
	_, _ = files.Close(), zipped.Close()
	return packed.Bytes()
}

func whole(t *testing.T) []byte {
	return archive(t, "the state", fmt.Sprintf("%x  state.bin\n", sha256.Sum256([]byte("the state"))))
}

func TestASnapshotThatIsNotWholeIsRefused(t *testing.T) {
	good := whole(t)
	if err := Check(bytes.NewReader(good)); err != nil {
		t.Error(err)
	}
	for title, content := range map[string][]byte{
		"cut off": good[:len(good)-20], "no archive": []byte("state"), "no sums": archive(t, "the state", ""),
		"another state": archive(t, "another", fmt.Sprintf("%x  state.bin\n", sha256.Sum256([]byte("the state")))),
	} {
		if err := Check(bytes.NewReader(content)); err == nil {
			t.Errorf("%s was taken for a snapshot", title)
		}
	}
}

func TestTheLeaderKeepsSoManySnapshotsAndNobodyElsesGoes(t *testing.T) {
	c, s := newConsul(t), newStorage(t)
	c.snapshot = whole(t)
	for _, name := range []string{"consul-dc1-20200101T000000Z.snap", "consul-dc1-20200102T000000Z.snap", "consul-dc1-20200103T000000Z.snap", "consul-dc1-notes.txt", "consul-dc10-20200101T000000Z.snap"} {
		s.put(name, "x")
	}
	snapshots := func() *Snapshots {
		return &Snapshots{
			Settings:   spec.ConsulSnapshots{Container: spec.BlobReference{URL: s.address + "/container"}, IntervalMinutes: 60, Keep: 2},
			Datacenter: "dc1", Client: c.client, Tokens: blobToken, Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler),
		}
	}
	first := snapshots()
	if got := first.Step(t.Context(), false); got.Last != "" || len(s.blobs) != 5 {
		t.Errorf("as a follower: %+v", got)
	}
	got := first.Step(t.Context(), true)
	if got.Problem != "" || got.Kept != 2 || !bytes.Equal(s.blobs[got.Last], c.snapshot) {
		t.Errorf("got %+v", got)
	}
	want := []string{"consul-dc1-20200103T000000Z.snap", got.Last, "consul-dc1-notes.txt", "consul-dc10-20200101T000000Z.snap"}
	if names := slices.Sorted(maps.Keys(s.blobs)); !slices.Equal(names, want) {
		t.Errorf("left %q", names)
	}
	// The next leader sees that one was taken.
	if again := snapshots().Step(t.Context(), true); again.Last != got.Last || len(s.blobs) != 4 {
		t.Errorf("another leader: %+v", again)
	}
	c.snapshot = c.snapshot[:30]
	late := snapshots()
	late.Settings.IntervalMinutes = 1e-6
	time.Sleep(time.Second) // names have seconds
	if got := late.Step(t.Context(), true); !strings.Contains(got.Problem, "no snapshot could be taken") || len(s.blobs) != 4 {
		t.Errorf("one that breaks off: %+v", got)
	}
	if entries, _ := os.ReadDir(late.Folder); len(entries) > 0 {
		t.Errorf("left %v", entries)
	}
}
