package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// console runs until Ctrl-C or SIGTERM (S1-28). On Windows, Go turns a closed console window into SIGTERM.
func console(serve func(context.Context) error) error {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer release()
	return serve(ctx)
}
