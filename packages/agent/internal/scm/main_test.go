//go:build linux

package scm

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/buildtest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

var testservice string

func TestMain(m *testing.M) { buildtest.Main(m, "internal/testservice", &testservice) }

// running is a manager in this process.
type running struct {
	Client
	machine machine.Machine
	end     func(cause error)
}

func run(t *testing.T, m machine.Machine) running {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- Serve(ctx, m, Options{slog.New(slog.DiscardHandler), 300 * time.Millisecond, func() { close(ready) }})
	}()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	over := false
	r := running{Client{m.Root}, m, func(cause error) {
		if over {
			return
		}
		over = true
		cancel(cause)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}}
	t.Cleanup(func() { r.end(ErrPowerOff) })
	return r
}

func freshMachine(t *testing.T) machine.Machine {
	return machine.Machine{Root: t.TempDir(), HostAddress: "127.0.0.1", Name: "test"}
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
