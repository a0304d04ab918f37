//go:build linux

package scm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"syscall"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// ErrPowerOff as the cause of a cancelled context ends the services at once instead of stopping them.
var ErrPowerOff = errors.New("power off")

// DelayedStart is what Windows waits for if nobody sets AutoStartDelay.
const DelayedStart = 120 * time.Second

// Options of a manager.
type Options struct {
	Log *slog.Logger
	// DelayedStart is how long after the boot a service starts whose start is delayed.
	DelayedStart time.Duration
	// Ready is called once, when requests are accepted.
	Ready func()
}

// Serve is the machine's service manager until the context ends: then it stops all services gracefully, or with the
// cause [ErrPowerOff] ends them at once.
func Serve(ctx context.Context, m machine.Machine, options Options) error {
	if err := m.Prepare(); err != nil {
		return err
	}
	// The socket is also the lock: the kernel gives its name to one process.
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: SocketName(m.Root), Net: "unix"})
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("a service manager runs already for %s", m.Root)
	}
	if err != nil {
		return err
	}
	defer listener.Close()
	mgr, err := boot(m, options)
	if err != nil {
		return err
	}
	defer mgr.launcher.close()
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()

	options.Ready()
	for {
		connection, err := listener.AcceptUnix()
		if err != nil {
			if ctx.Err() == nil {
				mgr.shutdown()
				return err
			}
			break
		}
		go mgr.serve(connection)
	}
	if errors.Is(context.Cause(ctx), ErrPowerOff) {
		mgr.powerOff()
		return nil
	}
	mgr.shutdown()
	return nil
}

func (m *manager) serve(connection *net.UnixConn) {
	defer connection.Close()
	if err := checkPeer(connection); err != nil {
		m.log.Warn("request refused", "error", err.Error())
		return
	}
	decoder, encoder := json.NewDecoder(connection), json.NewEncoder(connection)
	for {
		var r request
		if err := decoder.Decode(&r); err != nil {
			if !errors.Is(err, io.EOF) {
				_ = encoder.Encode(failed(fmt.Errorf("a request that can't be read: %w", err)))
			}
			return
		}
		if err := encoder.Encode(m.handle(r)); err != nil {
			return
		}
	}
}
