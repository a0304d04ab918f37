//go:build !windows

// On Windows an agent that is killed in the middle of a write in this same process would keep its file open.

package install_test

import (
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile/filetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/eventsource"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// The matrix: every call that the agent makes to the service manager, the firewall, the event log and the disk fails
// once, in each of these ways.
const (
	anError    = "an error"    // the call fails
	aCrash     = "a crash"     // the agent is killed there, without any clean-up
	aPowerCut  = "a power cut" // and the machine forgets what was not flushed
	noFault    = "nothing"
	neverFault = -1
)

// fault happens at the n-th moment.
type fault struct {
	kind string
	at   int

	mu      sync.Mutex
	seen    int
	moment  string        // where it happened
	crashed chan struct{} // closed by a crash
}

func (f *fault) watch(moment string) error {
	f.mu.Lock()
	n := f.seen
	f.seen++
	if n != f.at {
		f.mu.Unlock()
		return nil
	}
	f.moment = moment
	f.mu.Unlock()
	if f.kind == anError {
		return errBroken
	}
	close(f.crashed)
	select {} // not even a deferred function runs
}

// program is the least that is a program for Linux on amd64.
var program = func() []byte {
	header := make([]byte, 64)
	copy(header, elf.ELFMAG)
	header[elf.EI_CLASS], header[elf.EI_DATA], header[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	header[16], header[18], header[20] = byte(elf.ET_EXEC), byte(elf.EM_X86_64), byte(elf.EV_CURRENT)
	header[52], header[54], header[58] = 64, 56, 64
	return header
}()

func sha256Of(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// trial is a bench whose every call can fail.
type trial struct {
	*bench
	disk  *filetest.Disk
	fault *fault
}

func newTrial(t *testing.T) *trial {
	x := &trial{bench: newBench(t)}
	x.OS, x.Arch = "linux", "amd64"
	x.Download = func(_ context.Context, _ download.Source, path string) error {
		file, err := atomicfile.Create(path, 0o755)
		if err != nil {
			return err
		}
		_, err = file.Write(program)
		return errors.Join(err, file.Sync(), file.Close())
	}
	x.disk = &filetest.Disk{Trash: t.TempDir()}
	x.expect(noFault, neverFault)
	t.Cleanup(atomicfile.Use(x.disk))
	return x
}

// expect arms a fault for the next command, in an installer of its own as every run has one.
func (x *trial) expect(kind string, at int) {
	f := &fault{kind: kind, at: at, crashed: make(chan struct{})}
	fresh := *x.Installer
	fresh.Manager = servicetest.Watched{Manager: x.Fake, Watch: f.watch}
	fresh.Firewall = watchedFirewall{hostfirewall.Recorder{Folder: filepath.Join(fresh.Machine.HostFolder(), "firewall")}, f.watch}
	fresh.EventSources = watchedSources{eventsource.Recorder{Folder: filepath.Join(fresh.Machine.HostFolder(), "sources")}, f.watch}
	fresh.Log = slog.New(slog.DiscardHandler)
	x.Installer, x.fault, x.disk.Watch = &fresh, f, f.watch
}

// run carries out a command until it ends or crashes. What a crash leaves is what the next run finds: a lock is freed by
// the system, and in a power cut every process has gone and starts again.
func (x *trial) run(t *testing.T, command func(*trial) error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- command(x) }()
	select {
	case err := <-done:
		return err
	case <-x.fault.crashed:
	}
	if err := os.Remove(x.Machine.LockFile()); err != nil {
		t.Fatal(err)
	}
	if x.fault.kind == aPowerCut {
		if err := x.disk.Cut(); err != nil {
			t.Fatal(err)
		}
		x.off()
		if _, err := x.Fake.Query(t.Context(), "orders"); err == nil {
			if err := errors.Join(x.Fake.Kill(t.Context(), "orders"), x.Fake.Start(t.Context(), "orders")); err != nil {
				t.Fatal(err)
			}
		}
	}
	return errCrashed
}

var errCrashed = errors.New("crashed")

type watchedFirewall struct {
	hostfirewall.Recorder
	watch func(string) error
}

func (w watchedFirewall) Rules(ctx context.Context, service string) ([]hostfirewall.Rule, error) {
	if err := w.watch("before rules"); err != nil {
		return nil, err
	}
	return w.Recorder.Rules(ctx, service)
}

func (w watchedFirewall) Replace(ctx context.Context, service string, rules []hostfirewall.Rule) error {
	if err := w.watch("before replace rules"); err != nil {
		return err
	}
	return errors.Join(w.Recorder.Replace(ctx, service, rules), w.watch("after replace rules"))
}

type watchedSources struct {
	eventsource.Recorder
	watch func(string) error
}

func (w watchedSources) Replace(ctx context.Context, service string, sources []string) error {
	if err := w.watch("before replace sources"); err != nil {
		return err
	}
	return errors.Join(w.Recorder.Replace(ctx, service, sources), w.watch("after replace sources"))
}

func (x *trial) document(version string) *spec.AgentSpec {
	s := x.bench.document(version)
	s.Artifacts[0].OS, s.Artifacts[0].Arch, s.Artifacts[0].SHA256 = "linux", "amd64", sha256Of(program)
	s.HostFirewall = &spec.HostFirewall{Rules: []hostfirewall.Rule{{Name: "clients", Protocol: "Tcp", Port: s.Service.Port, Sources: []string{"10.0.0." + version[2:3]}}}}
	s.EventSource = "orders-" + version
	s.Health.Deadline = 0.4
	return s
}

func (x *trial) unhealthy(version string) *spec.AgentSpec {
	s := x.document(version)
	s.Health.Path = "/unhealthy"
	return s
}

func installing(version string) func(*trial) error {
	return func(x *trial) error { return second(x.Install(context.Background(), x.document(version))) }
}

func second(_ string, err error) error { return err }
