package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// measuredFile names the file to which a run of these tests writes how much memory the command in its arguments took.
const measuredFile = "AGENT_E2E_MEASURED_FILE"

// measured is the greatest memory of a command that has to succeed, in kB. Linux counts a child's from its parent's, and
// this process carries all tests: a small one stands between.
func (h *host) measured(command *exec.Cmd) int64 {
	h.t.Helper()
	file := filepath.Join(h.t.TempDir(), "kilobytes")
	command.Args = append([]string{os.Args[0]}, append([]string{command.Path}, command.Args[1:]...)...)
	command.Path = os.Args[0]
	command.Env = append(command.Environ(), measuredFile+"="+file)
	if r := h.run(command); r.code != exitcode.OK {
		h.t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	kilobytes, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		h.t.Fatal(err)
	}
	return kilobytes
}

// measure is what that small process does: it runs a command, writes down its memory, and ends with its exit code.
func measure(file string, args []string) int {
	command := exec.Command(args[0], args[1:]...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil && command.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	if err := os.WriteFile(file, []byte(strconv.FormatInt(usage.Maxrss, 10)), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return command.ProcessState.ExitCode()
}

func TestALargeProgramIsInstalledWithLittleMemory(t *testing.T) {
	h := newHost(t)
	const size, limit = 300 << 20, 40 << 10 // bytes; kB of resident memory
	large := filepath.Join(h.files, "large")
	program, err := os.ReadFile(testservice)
	if err == nil {
		err = os.WriteFile(large, program, 0o600)
	}
	if err == nil {
		err = os.Truncate(large, size)
	}
	if err != nil {
		t.Fatal(err)
	}
	kilobytes := h.measured(h.installCommand(h.document("1.0.0", func(s *spec.AgentSpec) {
		s.Artifacts[0].URL, s.Artifacts[0].SHA256 = h.url+"/large", hashOf(t, large)
	})))
	t.Logf("%d kB resident for %d MB", kilobytes, size>>20)
	if kilobytes > limit {
		t.Errorf("%d kB resident, want at most %d", kilobytes, limit)
	}
}

func TestAnUnchangedInstallationIsQuick(t *testing.T) {
	h := newHost(t)
	const limit = 300 * time.Millisecond
	h.install(h.document("1.0.0", watched), exitcode.OK)
	fastest := time.Hour // of several: other tests work at the same time
	for range 5 {
		begin := time.Now()
		h.install(h.document("1.0.0", watched), exitcode.OK)
		fastest = min(fastest, time.Since(begin))
	}
	t.Logf("took %v", fastest)
	if fastest > limit {
		t.Errorf("took %v, want at most %v", fastest, limit)
	}
}
