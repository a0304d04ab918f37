//go:build !windows

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func runAsService(serve func(stop context.Context)) {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	serve(stop)
}
