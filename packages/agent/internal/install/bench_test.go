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
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/download"
	"github.com/windows-ha/windows-ha/packages/agent/internal/eventsource"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

var errBroken = errors.New("broken by the test")

// bench is an installer on the recording fake.
type bench struct {
	*install.Installer
	*servicetest.Fake
	port     int
	server   *http.Server
	listener net.Listener
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
		Firewall: hostfirewall.Recorder{Folder: t.TempDir()}, EventSources: eventsource.Recorder{Folder: t.TempDir()}, Host: host.Local{},
		Download: func(_ context.Context, _ download.Source, path string) error { return os.Link(program, path) },
		OS:       runtime.GOOS, Arch: runtime.GOARCH, Log: slog.New(slog.DiscardHandler),
	}}
	if err := os.Link(program, filepath.Join(t.TempDir(), "probe")); err != nil { // another file system
		b.Download = func(_ context.Context, _ download.Source, path string) error {
			content, err := os.ReadFile(program)
			return errors.Join(err, os.WriteFile(path, content, 0o700))
		}
	}
	b.port = freeport.Of(t)
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
			for n := 0; err != nil && n < 20; n++ { // other tests look for free ports, too
				time.Sleep(100 * time.Millisecond)
				listener, err = net.Listen("tcp", b.Machine.ListenAddress(b.port))
			}
			if err != nil {
				t.Error(err)
				return err
			}
			b.server = &http.Server{Handler: http.HandlerFunc(answer)}
			b.listener = listener
			go b.server.Serve(listener)
		case "stop", "kill":
			b.off()
		}
		return nil
	}
}

// answer is healthy everywhere but at one path.
func answer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/unhealthy" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (b *bench) off() {
	if b.server != nil {
		b.server.Close()
		b.listener.Close() // the server knows it only once it serves
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
