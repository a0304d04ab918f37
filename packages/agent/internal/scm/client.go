//go:build linux

package scm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

const (
	answerTimeout = 10 * time.Second
	pollInterval  = 20 * time.Millisecond
)

// Client is the [service.Manager] of a machine whose manager is [Serve].
type Client struct {
	// Root is the machine's folder.
	Root string
}

var _ service.Manager = Client{}

func (c Client) ask(ctx context.Context, r request) (service.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var dialer net.Dialer
	dialed, err := dialer.DialContext(ctx, "unix", SocketName(c.Root))
	if errors.Is(err, syscall.ECONNREFUSED) {
		return service.Status{}, fmt.Errorf("no service manager runs for %s: start one with `WINDOWS_HA_ROOT=%s windows-ha-agent scm`", c.Root, c.Root)
	}
	if err != nil {
		return service.Status{}, fmt.Errorf("service manager of %s: %w", c.Root, err)
	}
	defer dialed.Close()
	if err := checkPeer(dialed.(*net.UnixConn)); err != nil {
		return service.Status{}, fmt.Errorf("service manager of %s: %w", c.Root, err)
	}
	deadline, _ := ctx.Deadline()
	if err := dialed.SetDeadline(deadline); err != nil {
		return service.Status{}, err
	}
	var answer response
	if err := errors.Join(json.NewEncoder(dialed).Encode(r), json.NewDecoder(dialed).Decode(&answer)); err != nil {
		return service.Status{}, fmt.Errorf("service manager of %s: %s %s: %w", c.Root, r.Operation, r.Service, err)
	}
	return answer.Status, answer.err()
}

func (c Client) Query(ctx context.Context, name string) (service.Status, error) {
	return c.ask(ctx, request{Operation: opQuery, Service: name})
}

func (c Client) Create(ctx context.Context, name string, settings service.Settings, program service.Program) error {
	_, err := c.ask(ctx, request{Operation: opCreate, Service: name, Settings: settings, Program: program})
	return err
}

func (c Client) Configure(ctx context.Context, name string, settings service.Settings) error {
	_, err := c.ask(ctx, request{Operation: opConfigure, Service: name, Settings: settings})
	return err
}

func (c Client) SetProgram(ctx context.Context, name string, program service.Program) error {
	_, err := c.ask(ctx, request{Operation: opSetProgram, Service: name, Program: program})
	return err
}

func (c Client) Start(ctx context.Context, name string) error {
	_, err := c.ask(ctx, request{Operation: opStart, Service: name})
	return err
}

func (c Client) Stop(ctx context.Context, name string) error { return c.end(ctx, opStop, name) }

func (c Client) Kill(ctx context.Context, name string) error { return c.end(ctx, opKill, name) }

func (c Client) Delete(ctx context.Context, name string) error {
	_, err := c.ask(ctx, request{Operation: opDelete, Service: name})
	return err
}

// end sends the request and waits until the process has gone.
func (c Client) end(ctx context.Context, how operation, name string) error {
	status, err := c.ask(ctx, request{Operation: how, Service: name})
	for err == nil && status.Running() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollInterval):
		}
		status, err = c.Query(ctx, name)
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
