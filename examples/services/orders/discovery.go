package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/configuration"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/health"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/leadership"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/reload"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
)

// discovery is what the service does with Consul, as far as it is asked to: it follows a configuration, and takes part
// in the election of a leader. Without Consul it still has the configuration of its release.
type discovery struct {
	live *configuration.Live
	// watch is nil where no store is followed; elector and journal where nobody leads.
	watch   *configuration.Watch
	elector *leadership.Elector
	journal *leadership.Journal
	// remembers tells whether the store's last known state was in force from the start.
	remembers bool
}

// newDiscovery puts the release's configuration in force; run does the rest.
func newDiscovery(config settings.Settings, drain *health.Drain, apply func(configuration.Values), log *slog.Logger) (*discovery, error) {
	file, err := configuration.ReadFile(config.ConfigFile)
	if err != nil {
		return nil, err
	}
	below := []configuration.Layer{{Name: "file", Texts: file}}
	above := []configuration.Layer{{Name: "environment", Texts: config.Overrides}}
	live, err := configuration.NewLive(below, above, apply, log)
	if err != nil {
		return nil, fmt.Errorf("the release's configuration can't be used: %w", err)
	}
	d := &discovery{live: live}
	if config.Consul == nil {
		return d, nil
	}
	token := func() string { return "" }
	if config.Consul.TokenFile != "" {
		secret, err := reload.Secret(log, config.Consul.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("the token named by CONSUL_HTTP_TOKEN_FILE can't be used: %w", err)
		}
		token = secret.Get
	}
	client, err := consul.New(config.Consul.Address, token)
	if err != nil {
		return nil, err
	}
	if prefix := config.Consul.ConfigPrefix; prefix != "" {
		memory := configuration.NewMemory(config.DataFolder, prefix, log)
		d.watch = configuration.NewWatch(client, prefix, live, memory, configuration.UsualTiming, log)
		d.remembers = d.watch.Remembers()
	}
	if check := config.Consul.LeaderCheck; check != "" {
		d.journal = &leadership.Journal{Records: client, Key: leaderKeys + "journal", Machine: config.Machine, Interval: config.Consul.JournalInterval, Log: log}
		d.elector = &leadership.Elector{
			Locks: client, Key: leaderKeys + "lock", Check: check, Machine: config.Machine, Draining: drain.Active,
			Lead: workOf(config.Fault, d.journal), Timing: leadership.UsualTiming, Log: log,
		}
	}
	return d, nil
}

// leaderKeys are apart from the configuration, which nobody but its declaration may change.
const leaderKeys = "leader/" + serviceName + "/"

// dependencies are what readiness and the warning have to know of it. The store was reached once before the service is
// ready, unless its last known state is on this machine: with other values than the declared ones it would serve, and
// serve wrongly. A value that can't be used is no reason to take any instance out: all of them see it at the same moment.
func (d *discovery) dependencies() []health.Dependency {
	if d.watch == nil {
		return nil
	}
	return []health.Dependency{
		{Name: "configuration-store", Probe: d.watch.Answers, Optional: d.remembers},
		{Name: "configuration", Probe: d.watch.Valid, Optional: true},
	}
}

// run returns when ctx has ended and the lead, if any, is given back.
func (d *discovery) run(ctx context.Context) {
	var parts sync.WaitGroup
	if d.watch != nil {
		parts.Go(func() { d.watch.Run(ctx) })
	}
	if d.elector != nil {
		parts.Go(func() { d.elector.Run(ctx) })
	}
	parts.Wait()
}

func (d *discovery) register(mux *http.ServeMux) {
	mux.Handle("GET /config", configuration.Handler(d.live, d.watch))
	if d.elector != nil {
		mux.Handle("GET /leader", leadership.Handler(d.elector, d.journal))
	}
}
