package install_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

var errBroken = errors.New("broken by the test")

// bench is an installer on the recording fake.
type bench struct {
	*install.Installer
	*servicetest.Fake
	port   int
	server *http.Server
}

func newBench(t *testing.T) *bench {
	t.Helper()
	program, err := os.Executable() // any program for this platform will do
	if err != nil {
		t.Fatal(err)
	}
	fake := &servicetest.Fake{}
	b := &bench{Fake: fake, Installer: &install.Installer{
		Machine:  machine.Machine{Root: t.TempDir(), HostAddress: "127.0.0.1", Name: "m"},
		Manager:  fake,
		Download: func(_ context.Context, _ download.Source, path string) error { return os.Link(program, path) },
		OS:       runtime.GOOS, Arch: runtime.GOARCH, Log: slog.New(slog.DiscardHandler),
	}}
	if err := os.Link(program, filepath.Join(t.TempDir(), "probe")); err != nil { // another file system
		b.Download = func(_ context.Context, _ download.Source, path string) error {
			content, err := os.ReadFile(program)
			return errors.Join(err, os.WriteFile(path, content, 0o700))
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.port = listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	fake.Fail = b.follow(t)
	t.Cleanup(b.off)
	return b
}

// follow makes a server answer on the service's port while the fake calls the service started.
func (b *bench) follow(t *testing.T) func(string) error {
	return func(call string) error {
		switch call {
		case "start":
			b.off()
			listener, err := net.Listen("tcp", b.Machine.ListenAddress(b.port))
			if err != nil {
				t.Error(err)
				return err
			}
			b.server = &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
			go b.server.Serve(listener)
		case "stop", "kill":
			b.off()
		}
		return nil
	}
}

func (b *bench) off() {
	if b.server != nil {
		b.server.Close()
		b.server = nil
	}
}

// breakOnce makes the first call that begins like this fail.
func (b *bench) breakOnce(t *testing.T, call string) {
	follow, broken := b.follow(t), false
	b.Fail = func(seen string) error {
		if !broken && strings.HasPrefix(seen, call) {
			broken = true
			return errBroken
		}
		return follow(seen)
	}
}

func (b *bench) document(version string) *spec.AgentSpec {
	return &spec.AgentSpec{
		SchemaVersion: 1,
		Service:       spec.Service{Name: "orders", DisplayName: "Orders-" + version, Version: version, Port: b.port},
		Artifacts:     []spec.Artifact{{OS: runtime.GOOS, Arch: runtime.GOARCH, URL: "http://127.0.0.1/orders", SHA256: strings.Repeat("a", 64)}},
		Health:        spec.HealthGate{Path: "/health", Interval: 1, Timeout: 1, ConsecutiveSuccesses: 1, Deadline: 1},
		Stop:          spec.StopBudget{Stop: 1, Kill: 1}, ReleasesToKeep: 2,
	}
}

// newCalls are the calls since a moment, with releases shown by their version alone.
func (b *bench) newCalls(since int) []string {
	calls := b.Calls()[since:]
	for n, call := range calls {
		word, rest, _ := strings.Cut(call, " ")
		if strings.Contains(rest, string(filepath.Separator)) {
			version, _, _ := strings.Cut(filepath.Base(filepath.Dir(rest)), "-")
			calls[n] = word + " " + version
		}
	}
	return calls
}

func TestCallsOfASuccessfulInstallation(t *testing.T) {
	b := newBench(t)
	for _, row := range []struct {
		version string
		calls   []string
	}{
		{"1.0.0", []string{"create 1.0.0", "start"}},
		{"1.0.0", []string{}},
		{"1.1.0", []string{"stop", "set-program 1.1.0", "configure Orders-1.1.0", "start"}},
	} {
		before := len(b.Calls())
		if _, err := b.Install(t.Context(), b.document(row.version)); err != nil {
			t.Fatal(err)
		}
		if got := b.newCalls(before); !slices.Equal(got, row.calls) {
			t.Errorf("%s: got %q, want %q", row.version, got, row.calls)
		}
	}
}

func TestCallsOfARollback(t *testing.T) {
	for _, row := range []struct {
		broken string
		calls  []string
	}{
		{"stop", []string{"stop", "stop", "start"}},
		{"set-program", []string{"stop", "set-program 1.1.0", "set-program 1.0.0", "stop", "start"}},
		{"configure", []string{"stop", "set-program 1.1.0", "configure Orders-1.1.0", "configure Orders-1.0.0", "set-program 1.0.0", "stop", "start"}},
		{"start", []string{"stop", "set-program 1.1.0", "configure Orders-1.1.0", "start", "stop", "configure Orders-1.0.0", "set-program 1.0.0", "stop", "start"}},
	} {
		t.Run(row.broken, func(t *testing.T) {
			b := newBench(t)
			if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
				t.Fatal(err)
			}
			before := len(b.Calls())
			b.breakOnce(t, row.broken)
			_, err := b.Install(t.Context(), b.document("1.1.0"))
			if exitcode.Of(err) != exitcode.RolledBack || !errors.Is(err, errBroken) {
				t.Errorf("got %d: %v", exitcode.Of(err), err)
			}
			if got := b.newCalls(before); !slices.Equal(got, row.calls) {
				t.Errorf("got %q, want %q", got, row.calls)
			}
			if status, _ := b.Query(t.Context(), "orders"); !strings.Contains(status.Program.Path, "1.0.0-") || !status.Running() {
				t.Errorf("left %+v", status)
			}
		})
	}
}

func TestAFirstInstallationThatFailsIsRemovedWhereverItFails(t *testing.T) {
	for _, broken := range []string{"create", "start"} {
		t.Run(broken, func(t *testing.T) {
			b := newBench(t)
			b.breakOnce(t, broken)
			_, err := b.Install(t.Context(), b.document("1.0.0"))
			if exitcode.Of(err) != exitcode.FirstInstallGone {
				t.Errorf("got %d: %v", exitcode.Of(err), err)
			}
			if status, err := b.Query(t.Context(), "orders"); err == nil {
				t.Errorf("left %+v", status)
			}
		})
	}
}

func TestAServiceOfSomebodyElseIsNotTouched(t *testing.T) {
	b := newBench(t)
	if err := b.Create(t.Context(), "orders", service.Settings{}, service.Program{Path: "/opt/orders"}); err != nil {
		t.Fatal(err)
	}
	before := len(b.Calls())
	_, err := b.Install(t.Context(), b.document("1.0.0"))
	if exitcode.Of(err) != exitcode.NotPrepared || !strings.Contains(err.Error(), "/opt/orders") {
		t.Errorf("got %d: %v", exitcode.Of(err), err)
	}
	if got := b.newCalls(before); len(got) > 0 {
		t.Errorf("it was touched: %q", got)
	}
}

func TestAJournalOfAnotherAgentVersionStopsTheRun(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(b.Machine.JournalFile(), []byte(`{"schemaVersion": 99, "step": "teleport"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := b.Install(t.Context(), b.document("1.0.0"))
	if err == nil || !strings.Contains(err.Error(), "another version of the agent") {
		t.Errorf("got %v", err)
	}
}
