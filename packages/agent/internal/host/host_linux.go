package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Local is this machine, by /proc.
type Local struct{}

var _ Host = Local{}

func (Local) Under(folder string) ([]Process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var found []Process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		p, err := read(pid)
		if err == nil && strings.HasPrefix(p.Program, folder+string(filepath.Separator)) {
			found = append(found, p)
		}
	}
	return found, nil
}

// read fails for a process that has gone, or is another user's.
func read(pid int) (Process, error) {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return Process{}, err
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Process{}, err
	}
	// The name in brackets may hold anything; the start is the 22nd field of all, the state the third.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" {
		return Process{}, os.ErrNotExist
	}
	started, err := strconv.ParseUint(fields[19], 10, 64)
	return Process{pid, strings.TrimSuffix(program, " (deleted)"), started}, err
}

func (Local) End(p Process) error {
	// The handle keeps the number; only then is the comparison worth something.
	process, err := os.FindProcess(p.PID)
	if err != nil {
		return nil
	}
	defer process.Release()
	if now, err := read(p.PID); err != nil || now.Started != p.Started {
		return nil
	}
	if err := process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}

// Listener finds the socket by its port, and the process by the socket.
func (Local) Listener(port int) (Process, bool) {
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			const localAddress, state, inode, listening = 1, 3, 9, "0A"
			fields := strings.Fields(line)
			if len(fields) > inode && fields[state] == listening && strings.HasSuffix(fields[localAddress], fmt.Sprintf(":%04X", port)) {
				sockets["socket:["+fields[inode]+"]"] = true
			}
		}
	}
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil || len(sockets) == 0 {
		return Process{}, false
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || !sockets[target] {
			continue
		}
		pid, _ := strconv.Atoi(strings.Split(link, "/")[2])
		if p, err := read(pid); err == nil {
			return p, true
		}
	}
	return Process{}, false
}

// Reserved and PendingRestart are states of Windows.
func (Local) Reserved(int) string      { return "" }
func (Local) PendingRestart() []string { return nil }
