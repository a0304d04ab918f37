package consul

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type entry struct {
	name, text string
	mode       fs.FileMode
}

func zipOf(t *testing.T, entries ...entry) string {
	t.Helper()
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		header.SetMode(e.mode | 0o755)
		w, err := archive.CreateHeader(header)
		if err == nil {
			_, err = w.Write([]byte(e.text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "consul.zip")
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOnlyTheProgramIsUnpackedWhateverElseIsInTheArchive(t *testing.T) {
	folder := t.TempDir()
	archive := zipOf(t, entry{"../consul", "outside", 0}, entry{"/etc/passwd", "outside", 0}, entry{`..\..\consul`, "outside", 0},
		entry{"bin/consul", "another", 0}, entry{"consul", "the program", 0}, entry{"LICENSE.txt", "text", 0})
	if err := unpack(archive, "consul", filepath.Join(folder, "inner", "consul")); err == nil {
		t.Error("a folder that isn't there was made")
	}
	if err := unpack(archive, "consul", filepath.Join(folder, "consul")); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(folder)
	text, err := os.ReadFile(filepath.Join(folder, "consul"))
	if err != nil || string(text) != "the program" || len(entries) != 1 {
		t.Errorf("unpacked %q into %v, %v", text, entries, err)
	}
}

func TestHostileArchivesAreRefusedAndLeaveNothing(t *testing.T) {
	many := make([]entry, mostEntries)
	for i := range many {
		many[i] = entry{"a", "", 0}
	}
	broken := zipOf(t, entry{"consul", strings.Repeat("program ", 1000), 0})
	text, err := os.ReadFile(broken)
	if err != nil {
		t.Fatal(err)
	}
	text[60] ^= 0xff // inside the packed content
	if err := os.WriteFile(broken, text, 0o600); err != nil {
		t.Fatal(err)
	}
	// The directory says that the program has 2 GiB: nothing of it is written.
	claims := zipOf(t, entry{"consul", "small", 0})
	if text, err = os.ReadFile(claims); err != nil {
		t.Fatal(err)
	}
	directory := bytes.LastIndex(text, []byte("PK\x01\x02"))
	copy(text[directory+24:], []byte{0, 0, 0, 0x80})
	if err := os.WriteFile(claims, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ title, archive, says string }{
		{"not a zip file", writeTemp(t, "MZ"), "can't be read as a zip file"},
		{"no program", zipOf(t, entry{"consul.exe", "", 0}), "no entry named consul"},
		{"two programs", zipOf(t, entry{"consul", "a", 0}, entry{"consul", "b", 0}), "two entries named consul"},
		{"a link", zipOf(t, entry{"consul", "/bin/sh", fs.ModeSymlink}), "is no file"},
		{"a folder", zipOf(t, entry{"consul/", "", fs.ModeDir}), "no entry named consul"},
		{"too many entries", zipOf(t, append(many, entry{"consul", "", 0})...), "1001 entries"},
		{"a damaged entry", broken, "can't be unpacked"},
		{"a bomb", claims, "2147483648 bytes"},
	} {
		t.Run(row.title, func(t *testing.T) {
			to := filepath.Join(t.TempDir(), "consul")
			err := unpack(row.archive, "consul", to)
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %v, want %q", err, row.says)
			}
			if exists(to) {
				t.Error("something is left")
			}
		})
	}
}

func writeTemp(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
