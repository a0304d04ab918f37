package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

func TestWhatAServiceLeavesBehindIsEnded(t *testing.T) {
	h := newHost(t)
	orphan := func(s *spec.AgentSpec) { s.Service.Environment["TESTSERVICE_MODE"] = "orphan" }
	child := func(nth int) (pid int) {
		h.eventually("the child", func() bool {
			log, _ := os.ReadFile(filepath.Join(h.root, "logs", "orders.log"))
			lines := strings.Split(string(log), "child ")
			if len(lines) > nth {
				number, _, _ := strings.Cut(lines[nth], "\n")
				pid, _ = strconv.Atoi(number)
			}
			return pid != 0
		})
		return pid
	}
	h.install(h.document("1.0.0", orphan), exitcode.OK)
	first := child(1)
	r := h.install(h.document("1.1.0", orphan), exitcode.OK)
	if !strings.Contains(r.stderr, fmt.Sprintf("orders (process %d)", first)) {
		t.Errorf("said %s", r.stderr)
	}
	second := child(2)
	h.eventually("the end of the first child", func() bool { return !alive(first) })
	h.serves("1.1.0")
	if !alive(second) {
		t.Error("the running release lost its child")
	}
	h.operate(exitcode.OK, "uninstall")
	h.eventually("the end of the second child", func() bool { return !alive(second) })
}

func TestADownloadThatIsCutOffAgainAndAgainLeavesTheRunningReleaseAlone(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	before := h.serves("1.0.0")
	cutting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = w.Write(make([]byte, 1000))
	}))
	defer cutting.Close()
	r := h.install(h.document("1.1.0", func(s *spec.AgentSpec) { s.Artifacts[0].URL = cutting.URL + "/orders" }), exitcode.Download)
	if !strings.Contains(r.stderr, "failed 5 times") || !strings.Contains(r.stderr, "unexpected EOF") {
		t.Errorf("said %s", r.stderr)
	}
	if after := h.serves("1.0.0"); after.PID != before.PID || len(h.releases()) != 1 {
		t.Errorf("process %d became %d, releases %v", before.PID, after.PID, h.releases())
	}
	h.settled()
}

func TestAJournalOfGarbageIsPutAsideAndTheRegisteredReleaseServes(t *testing.T) {
	for _, place := range []string{"after drain", "after stop", "after commit", "after start"} {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0"), exitcode.OK)
			h.crash(place, h.document("1.1.0"))
			journal := filepath.Join(h.root, "journal.json")
			if err := os.WriteFile(journal, []byte("\x00\x00garbage"), 0o600); err != nil {
				t.Fatal(err)
			}
			h.operate(exitcode.OK, "recover")
			h.eventually("a release serves", func() bool { return h.answer("/ready") == 200 })
			h.settled()
			if _, err := os.Stat(journal + ".damaged"); err != nil {
				t.Error(err)
			}
			h.install(h.document("1.1.0"), exitcode.OK)
			h.serves("1.1.0")
		})
	}
}

func TestAStateOfGarbageIsWrittenAnewWithoutARestart(t *testing.T) {
	h := upgraded(t)
	before := h.serves("1.1.0")
	state := filepath.Join(h.root, "services", "orders", "state.json")
	if err := os.WriteFile(state, []byte(`{"service": "ord`), 0o600); err != nil {
		t.Fatal(err)
	}
	h.install(h.document("1.1.0"), exitcode.OK)
	if after := h.serves("1.1.0"); after.PID != before.PID {
		t.Errorf("process %d became %d", before.PID, after.PID)
	}
	text, err := os.ReadFile(state)
	if err != nil || !json.Valid(text) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestAFullDiskLeavesTheRunningReleaseAlone(t *testing.T) {
	h := newHost(t)
	program, err := os.Stat(testservice)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(h.root, "services")
	// Room for one release and a half.
	small := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", program.Size()*3/2)) == nil
	if small {
		t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	}
	h.install(h.document("1.0.0"), exitcode.OK)
	before := h.serves("1.0.0")
	upgrade, want := h.installCommand(h.document("1.1.0")), "the disk is full, free some space"
	if !small {
		// Only root makes a small disk. Anybody can have the same write fail halfway, for another reason.
		upgrade, want = withLargestFile(upgrade, program.Size()/2), syscall.EFBIG.Error()
	}
	if r := h.run(upgrade); r.code != exitcode.NotPrepared || !strings.Contains(r.stderr, want) {
		t.Errorf("exit code %d, said %s", r.code, r.stderr)
	}
	if after := h.serves("1.0.0"); after.PID != before.PID {
		t.Errorf("process %d became %d", before.PID, after.PID)
	}
	h.settled()
}

// withLargestFile limits what a command may write into one file. A shell's blocks have 512 bytes, or 1,024 in some.
func withLargestFile(command *exec.Cmd, bytes int64) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -f %d && exec "$0" "$@"`, bytes/1024)
	limited := exec.Command("sh", append([]string{"-c", script}, command.Args...)...)
	limited.Env = command.Env
	return limited
}
