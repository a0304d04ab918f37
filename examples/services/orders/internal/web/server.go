package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// NewServer has a limit on everything that a client could hold open (E62).
func NewServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// Serve answers until ctx ends, then takes no new connection and lets running requests finish within the budget.
// A stop that ran out of budget is logged and is still a stop: with an error the service control manager would apply
// the recovery actions and start the service again.
func Serve(ctx context.Context, server *http.Server, listener net.Listener, budget time.Duration, log *slog.Logger) error {
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}

	log.Info("stopping", "budgetSeconds", budget.Seconds())
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), budget)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		log.Error("requests were cut off: they did not finish within the stop budget", "budgetSeconds", budget.Seconds(), "error", err.Error())
		_ = server.Close()
	}
	<-served
	return nil
}
