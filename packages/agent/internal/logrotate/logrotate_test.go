package logrotate

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// texts are the contents of all files of a folder, unpacked, in the order of their names.
func texts(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, entry := range entries {
		file, err := os.Open(filepath.Join(folder, entry.Name()))
		if err != nil {
			continue // compressed and removed meanwhile
		}
		var reader io.Reader = file
		if strings.HasSuffix(entry.Name(), ".gz") {
			if reader, err = gzip.NewReader(file); err != nil {
				file.Close()
				continue // being written
			}
		}
		text, _ := io.ReadAll(reader)
		file.Close()
		all[entry.Name()] = string(text)
	}
	return all
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if condition() {
			return
		}
	}
	t.Fatalf("not within 5 s: %s", what)
}

func TestALogIsPutAsideAtMidnightAndCompressed(t *testing.T) {
	folder := t.TempDir()
	now := time.Now()
	log := open(filepath.Join(folder, "orders.log"), Default, func() time.Time { return now })
	fmt.Fprintln(log, "monday")
	now = now.AddDate(0, 0, 1)
	fmt.Fprintln(log, "tuesday")
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "one log in use and one compressed", func() bool {
		all := texts(t, folder)
		compressed := slices.ContainsFunc(keys(all), func(name string) bool { return strings.HasSuffix(name, ".gz") && all[name] == "monday\n" })
		return len(all) == 2 && all["orders.log"] == "tuesday\n" && compressed
	})
}

func TestAFullLogIsPutAsideWithoutLosingALine(t *testing.T) {
	folder := t.TempDir()
	log := Open(filepath.Join(folder, "orders.log"), Limits{MaxMegabytes: 1, KeepDays: 7, TotalMegabytes: 100})
	line := strings.Repeat("x", 1023) + "\n"
	for range 2500 {
		fmt.Fprint(log, line)
	}
	log.Close()
	eventually(t, "three files with all lines", func() bool {
		all := texts(t, folder)
		lines := 0
		for _, text := range all {
			lines += strings.Count(text, "\n")
		}
		return len(all) == 3 && lines == 2500
	})
}

func TestALogOfAnEarlierDayIsPutAsideByTheNextProcess(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "orders.log")
	must(t, os.WriteFile(path, []byte("old\n"), 0o600))
	must(t, os.Chtimes(path, time.Time{}, time.Now().AddDate(0, 0, -2)))
	log := Open(path, Default)
	fmt.Fprintln(log, "new")
	log.Close()
	eventually(t, "the old log compressed beside the new one", func() bool {
		all := texts(t, folder)
		return len(all) == 2 && all["orders.log"] == "new\n" && slices.ContainsFunc(keys(all), func(name string) bool {
			return strings.HasSuffix(name, ".gz") && all[name] == "old\n"
		})
	})
}

func TestALogThatCantBeWrittenStopsNobody(t *testing.T) {
	folder := t.TempDir()
	blocked := filepath.Join(folder, "logs")
	must(t, os.WriteFile(blocked, nil, 0o600)) // a file where the folder should be
	log := Open(filepath.Join(blocked, "orders.log"), Default)
	if n, err := log.Write([]byte("lost\n")); n != 5 || err != nil {
		t.Fatalf("Write: %d, %v", n, err)
	}
	must(t, os.Remove(blocked))
	fmt.Fprintln(log, "kept")
	log.Close()
	if text := texts(t, blocked)["orders.log"]; text != "windows-ha-agent: 5 bytes of this log could not be written\nkept\n" {
		t.Errorf("the log holds %q", text)
	}
}

func TestPruneDropsOldAndThenTheOldestAboveTheTotal(t *testing.T) {
	folder := t.TempDir()
	now := time.Now()
	write := func(name string, days, megabytes int) {
		path := filepath.Join(folder, name)
		must(t, os.WriteFile(path, make([]byte, megabytes<<20), 0o600))
		must(t, os.Chtimes(path, time.Time{}, now.AddDate(0, 0, -days)))
	}
	write("gone-2026-01-01T00-00-00.000.log.gz", 8, 0)
	write("orders-2026-01-02T00-00-00.000.log.gz", 6, 1)
	write("orders-2026-01-03T00-00-00.000.log", 5, 1)
	write("orders-2026-01-04T00-00-00.000.log.gz", 4, 1)
	write("orders.log", 30, 2)
	write("notes.txt", 30, 0)
	must(t, Prune(folder, Limits{MaxMegabytes: 1, KeepDays: 7, TotalMegabytes: 3}, now))
	want := []string{"notes.txt", "orders-2026-01-04T00-00-00.000.log.gz", "orders.log"}
	entries, _ := os.ReadDir(folder)
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if !slices.Equal(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
}

func keys(m map[string]string) []string {
	var all []string
	for key := range m {
		all = append(all, key)
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
