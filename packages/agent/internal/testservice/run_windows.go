package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"

	"github.com/windows-ha/windows-ha/packages/agent/internal/scmservice"
)

func runAsService(serve func(stop context.Context)) {
	err := scmservice.Run("testservice", scmservice.Service{Ends: svc.AcceptShutdown, Run: func(ctx context.Context) uint32 {
		serve(ctx)
		return 0
	}})
	if errors.Is(err, windows.ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
		stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
		defer cancel()
		serve(stop)
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "testservice:", err)
		os.Exit(1)
	}
}

// detach: on Windows a process outlives its parent anyway.
func detach(*exec.Cmd) {}
