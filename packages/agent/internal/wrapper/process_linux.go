package wrapper

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// running is a program and, as its process group, everything that it started.
type running struct {
	pid, group int
	ended      chan struct{}
}

// start leaves the program in this process's own group where it leads one: then whoever kills the group, as the service
// manager does, reaches the program too.
func start(command *exec.Cmd, _ bool) (*running, error) {
	own := syscall.Getpgrp() == os.Getpid()
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: !own, Pdeathsig: syscall.SIGKILL}
	r := &running{ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // "parent died" means the thread that started it
		started <- command.Start()
		_ = command.Wait()
		close(r.ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	r.pid = command.Process.Pid
	r.group = r.pid
	if own {
		r.group = os.Getpid()
	}
	return r, nil
}

func (r *running) askToStop() error { return syscall.Kill(r.pid, syscall.SIGTERM) }

func (r *running) kill() { _ = syscall.Kill(r.pid, syscall.SIGKILL) }

// sweep kills what the program left behind in its group, until nothing is left: what is killed can't start more.
func (r *running) sweep() {
	for left := r.others(); len(left) > 0; left = r.others() {
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		runtime.Gosched()
	}
}

// others are the living processes of the group but this one.
func (r *running) others() []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		// After the name, which may hold anything: state, parent, group.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) > 2 && fields[0] != "Z" && fields[2] == strconv.Itoa(r.group) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
