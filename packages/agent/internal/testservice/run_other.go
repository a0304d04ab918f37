//go:build !windows

package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func runAsService(serve func(stop context.Context)) {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	serve(stop)
}

// detach puts a process out of reach of whoever ends its parent's group.
func detach(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
