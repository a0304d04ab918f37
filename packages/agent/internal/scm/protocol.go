//go:build linux

// Package scm is a stand-in for the Windows service control manager on Linux: one process per machine that registers,
// starts, supervises and stops services, with the same rules for recovery. It lets the agent run on a laptop and in
// tests exactly as it does on Windows.
//
// It is reached through an abstract Unix socket that is named after the machine's folder, with one JSON object per
// line in each direction.
package scm

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

type operation string

const (
	opQuery      operation = "query"
	opCreate     operation = "create"
	opConfigure  operation = "configure"
	opSetProgram operation = "set-program"
	opStart      operation = "start"
	opStop       operation = "stop"
	opKill       operation = "kill"
	opDelete     operation = "delete"
)

type request struct {
	Operation operation        `json:"operation"`
	Service   string           `json:"service"`
	Settings  service.Settings `json:"settings"`
	Program   service.Program  `json:"program"`
}

type response struct {
	Status service.Status `json:"status"`
	// Error is empty when the request was carried out; Reason then is its kind, if it has one.
	Error  string `json:"error,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// reasons are the errors that keep their identity on the way through the socket.
var reasons = map[string]error{"not-found": service.ErrNotFound, "exists": service.ErrExists, "running": service.ErrRunning}

func failed(err error) response {
	for reason, known := range reasons {
		if errors.Is(err, known) {
			return response{Error: err.Error(), Reason: reason}
		}
	}
	return response{Error: err.Error()}
}

func (r response) err() error {
	if r.Error == "" {
		return nil
	}
	if known, ok := reasons[r.Reason]; ok {
		return known
	}
	return errors.New(r.Error)
}

// SocketName is the abstract address of the manager of a machine's folder. An abstract socket needs no file, has no
// limit on the folder's length, and vanishes with its owner.
func SocketName(root string) string {
	sum := sha256.Sum256([]byte(root))
	return "@windows-ha-scm-" + hex.EncodeToString(sum[:])[:16]
}

// checkPeer refuses the other end of a socket when it belongs to another user: an abstract socket has no file mode.
func checkPeer(connection *net.UnixConn) error {
	raw, err := connection.SyscallConn()
	if err != nil {
		return err
	}
	var peer *syscall.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		peer, credErr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); err != nil {
		return err
	}
	if credErr != nil {
		return credErr
	}
	if int(peer.Uid) != os.Geteuid() {
		return fmt.Errorf("the other end belongs to user %d, wanted %d", peer.Uid, os.Geteuid())
	}
	return nil
}
