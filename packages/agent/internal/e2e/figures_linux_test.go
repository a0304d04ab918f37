package e2e

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

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
	r := h.install(h.document("1.0.0", func(s *spec.AgentSpec) {
		s.Artifacts[0].URL, s.Artifacts[0].SHA256 = h.url+"/large", hashOf(t, large)
	}), exitcode.OK)
	t.Logf("%d kB resident for %d MB", r.usage.Maxrss, size>>20)
	// Linux counts a child's greatest memory from its parent's, and the parent are all of these tests.
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		t.Fatal(err)
	}
	if atMost := max(limit, own.Maxrss); r.usage.Maxrss > atMost {
		t.Errorf("%d kB resident, want at most %d", r.usage.Maxrss, atMost)
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
