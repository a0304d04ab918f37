package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/configuration"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/health"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/orders"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/reload"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/web"
)

// stopBudget is how long running requests may take to finish after a stop request (S4-37).
const stopBudget = 60 * time.Second

// logLevel is the process's: its configuration changes it while it runs.
var logLevel slog.LevelVar

// start reads the settings, opens the log and serves until ctx ends.
func start(ctx context.Context, source settings.Source, stdout io.Writer) error {
	config, err := settings.Load(source)
	if err != nil {
		return err
	}
	output := stdout
	if config.LogFile != "" {
		file, err := os.OpenFile(config.LogFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
		if err != nil {
			return fmt.Errorf("open the log named by LOG_FILE: %w", err)
		}
		defer file.Close()
		output = file
	}
	logLevel.Set(config.LogLevel)
	log := slog.New(slog.NewJSONHandler(output, &slog.HandlerOptions{Level: &logLevel})).
		With("service", serviceName, "version", version, "machine", config.Machine)

	err = serve(ctx, config, log, func(net.Addr) {})
	if err != nil {
		log.Error("failed", "error", err.Error())
		return err
	}
	log.Info("stopped")
	return nil
}

// serve listens, watches the dependencies in the background and returns when ctx has ended and every running request
// has been answered. It calls listening once, with the address in use.
func serve(ctx context.Context, config settings.Settings, log *slog.Logger, listening func(net.Addr)) error {
	log.Info("starting", "commit", commit, "builtAt", builtAt, "go", runtime.Version(), "pid", os.Getpid())
	ctx, err := applyFaultAtStart(ctx, config.Fault, log)
	if err != nil {
		return err
	}
	var dependencies []health.Dependency
	for _, d := range config.Dependencies {
		dependencies = append(dependencies, health.Dependency{Name: d.Name, Probe: health.ProbeOf(d.Target)})
	}
	drain := health.NewDrain(config.DrainFile, log)
	store := orders.NewStore(config.Capacity)
	discovery, err := newDiscovery(config, drain, func(values configuration.Values) {
		store.Limit(values.Limits)
		logLevel.Set(values.LogLevel)
	}, log)
	if err != nil {
		return err
	}
	monitor := health.NewMonitor(append(dependencies, discovery.dependencies()...), log)
	handler, err := routes(config, store, discovery, monitor, drain, log)
	if err != nil {
		return err
	}
	var certificates *tls.Config
	if config.CertFile != "" {
		if certificates, err = web.TLSConfig(config.CertFile, config.KeyFile, log); err != nil {
			return err
		}
	}

	listener, err := net.Listen("tcp", config.Address)
	if err != nil {
		return fmt.Errorf("listen on %q: %w; free the port, or set WINDOWS_HA_ADDRESS or --listen to another one", config.Address, err)
	}
	log.Info("listening", "address", listener.Addr().String(), "tls", certificates != nil)
	listening(listener.Addr())
	if certificates != nil {
		listener = tls.NewListener(listener, certificates)
	}

	watching, stopWatching := context.WithCancel(ctx)
	var watchers sync.WaitGroup
	watchers.Go(func() { monitor.Run(watching) })
	watchers.Go(func() { discovery.run(watching) })
	defer func() { stopWatching(); watchers.Wait() }()

	return web.Serve(ctx, web.NewServer(handler, log), listener, stopBudget, log)
}

// routes is the whole surface of the service on a mux of its own: the default mux would publish whatever any
// imported package hangs there, pprof among others (E61).
func routes(config settings.Settings, store *orders.Store, discovery *discovery, monitor *health.Monitor, drain *health.Drain, log *slog.Logger) (http.Handler, error) {
	identity := web.Identity{Service: serviceName, Machine: config.Machine, Version: version}
	metrics := web.NewMetrics(web.Build{Version: version, Commit: commit, GoVersion: runtime.Version()})

	mux := http.NewServeMux()
	mux.Handle("GET /health", healthOf(config.Fault, identity))
	mux.Handle("GET /ready", health.ReadyHandler(monitor, drain))
	mux.Handle("GET /health/deps", health.DependenciesHandler(monitor))
	mux.Handle("GET /metrics", metrics.Handler())
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) {
		web.JSON(w, http.StatusOK, map[string]string{"version": version, "commit": commit, "builtAt": builtAt})
	})
	discovery.register(mux)
	api := http.NewServeMux()
	orders.Register(api, store, identity)
	guarded := http.Handler(api)
	if config.APIKeyFile != "" {
		key, err := reload.Secret(log, config.APIKeyFile)
		if err != nil {
			return nil, fmt.Errorf("the key named by ORDERS_API_KEY_FILE can't be used: %w", err)
		}
		guarded = web.RequireKey(key.Get, api)
	}
	mux.Handle("/orders", guarded)
	mux.Handle("/orders/", guarded)

	return metrics.Observe(log, web.Recover(log, web.CloseWhile(drain.Active, mux))), nil
}
