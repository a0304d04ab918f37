package wrapper

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/buildtest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
)

var testservice string

func TestMain(m *testing.M) { buildtest.Main(m, "internal/testservice", &testservice) }

// wrapped is the test service in a mode, with its logs in a folder of the test.
func wrapped(t *testing.T, mode string) (Program, string) {
	t.Setenv("TESTSERVICE_MODE", mode)
	t.Setenv("WINDOWS_HA_ADDRESS", "")
	folder := filepath.Join(t.TempDir(), "orders")
	return Program{
		Path: testservice, Logs: &Logs{Folder: folder, Limits: logrotate.Default},
		StopTimeout: func() time.Duration { return time.Second },
	}, folder
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func crashes(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "crash-*.log"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestOutputAndExitCodeArePassedOn(t *testing.T) {
	program, folder := wrapped(t, "crash")
	end, err := program.Run(t.Context())
	if err != nil || end != (End{Code: 3}) {
		t.Fatalf("got %+v, %v", end, err)
	}
	if text := read(t, filepath.Join(folder, "stdout.log")); text != "testservice: crashing as told\n" {
		t.Errorf("stdout.log holds %q", text)
	}
	found := crashes(t, folder)
	if len(found) != 1 || !strings.Contains(read(t, found[0]), "ended by itself with exit code 3 (0x3)") {
		t.Errorf("crashes: %q", found)
	}
}

func TestAPanicIsKeptInAFileOfItsOwnWithAllGoroutines(t *testing.T) {
	program, folder := wrapped(t, "panic")
	end, err := program.Run(t.Context())
	if err != nil || end.Code != 2 || end.Wanted {
		t.Fatalf("got %+v, %v", end, err)
	}
	found := crashes(t, folder)
	if len(found) != 1 {
		t.Fatalf("crashes: %q", found)
	}
	stderr := read(t, filepath.Join(folder, "stderr.log"))
	if crash := read(t, found[0]); !strings.HasSuffix(crash, stderr) || !strings.Contains(stderr, "panic: as told") {
		t.Errorf("the crash is %q, standard error %q", crash, stderr)
	}
	// What the logs' own rule drops is dropped by it, so that crashes don't pile up.
	old := time.Now().AddDate(0, 0, -8)
	if err := os.Chtimes(found[0], old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := program.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := crashes(t, folder); len(left) != 1 || left[0] == found[0] {
		t.Errorf("left are %q", left)
	}
}

func TestAnEndWithCode0IsNoCrash(t *testing.T) {
	program, folder := wrapped(t, "exit")
	end, err := program.Run(t.Context())
	if err != nil || end != (End{}) || len(crashes(t, folder)) != 0 {
		t.Errorf("got %+v, %v", end, err)
	}
}

func TestTheProgramIsAskedToStopAndEndsByItself(t *testing.T) {
	program, folder := wrapped(t, "")
	program.StopTimeout = func() time.Duration { return 30 * time.Second }
	end, took := stopped(t, program, time.Second)
	if end != (End{Wanted: true}) || took > 10*time.Second || len(crashes(t, folder)) != 0 {
		t.Errorf("got %+v after %v", end, took)
	}
}

func TestADeafProgramIsKilledAfterItsStopTime(t *testing.T) {
	program, folder := wrapped(t, "deaf")
	end, took := stopped(t, program, time.Second)
	if !end.Wanted || end.Code == 0 || took < time.Second || took > 5*time.Second {
		t.Errorf("got %+v after %v", end, took)
	}
	if text := read(t, filepath.Join(folder, "stderr.log")); text != "windows-ha-agent: the program did not end within 1s and was killed\n" {
		t.Errorf("stderr.log holds %q", text)
	}
}

func TestNothingThatTheProgramStartedOutlivesIt(t *testing.T) {
	program, folder := wrapped(t, "parent")
	if end, _ := stopped(t, program, time.Second); end != (End{Wanted: true}) {
		t.Fatalf("got %+v", end)
	}
	var child int
	if _, err := fmt.Sscanf(read(t, filepath.Join(folder, "stdout.log")), "child %d", &child); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(5 * time.Second); living(child); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("process %d outlived its parent", child)
		}
	}
}

// stopped runs a program, lets it come up, and asks for its end.
func stopped(t *testing.T, program Program, up time.Duration) (End, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var asked time.Time
	time.AfterFunc(up, func() { asked = time.Now(); cancel() })
	end, err := program.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return end, time.Since(asked)
}

func TestAProgramThatIsntThereIsAnErrorWithItsPath(t *testing.T) {
	program, _ := wrapped(t, "")
	program.Path = filepath.Join(t.TempDir(), "gone.exe")
	if _, err := program.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "gone.exe") {
		t.Errorf("got %v", err)
	}
}

func TestTheDeclaredTracebackStays(t *testing.T) {
	for _, row := range []struct{ given, want string }{{"A=1", "A=1 GOTRACEBACK=all"}, {"GOTRACEBACK=crash", "GOTRACEBACK=crash"}} {
		if got := strings.Join(environment(strings.Fields(row.given)), " "); got != row.want {
			t.Errorf("%s: got %s", row.given, got)
		}
	}
}

func TestTheTailIsTheEndHoweverMuchIsWritten(t *testing.T) {
	var written tail
	for n := range 200_000 {
		fmt.Fprintln(&written, strconv.Itoa(n))
	}
	if got := written.bytes(); len(got) != crashBytes || !bytes.HasSuffix(got, []byte("\n199998\n199999\n")) || cap(written.text) > 4*crashBytes {
		t.Errorf("%d bytes kept in %d", len(got), cap(written.text))
	}
}
