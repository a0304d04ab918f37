package settings

import (
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/configuration"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
)

// Consul is the client of this machine, and what it is asked for.
type Consul struct {
	Address string
	// TokenFile holds the service's token; empty where none is wanted.
	TokenFile string
	// ConfigPrefix is where the configuration is in the store; empty when it isn't followed.
	ConfigPrefix string
	// LeaderCheck is the id of the check that a leader's session hangs on; empty when nobody leads.
	LeaderCheck string
	// JournalInterval is the time between two entries that a leader writes.
	JournalInterval time.Duration
}

const (
	usualJournalInterval = 10 * time.Second
	leastJournalInterval = 100 * time.Millisecond
	mostJournalInterval  = time.Hour
)

func (e *Invalid) consul(source Source) *Consul {
	found := &Consul{
		Address:         source.Getenv("CONSUL_HTTP_ADDR"),
		TokenFile:       e.absolutePath(source, "CONSUL_HTTP_TOKEN_FILE"),
		ConfigPrefix:    source.Getenv("WINDOWS_HA_CONFIG_PREFIX"),
		LeaderCheck:     source.Getenv("ORDERS_LEADER_CHECK"),
		JournalInterval: e.journalInterval(source),
	}
	if found.Address != "" {
		if _, err := consul.ParseAddress(found.Address); err != nil {
			e.add("CONSUL_HTTP_ADDR is %q; %v", found.Address, err)
		}
		return found
	}
	for _, name := range []string{"WINDOWS_HA_CONFIG_PREFIX", "ORDERS_LEADER_CHECK"} {
		if source.Getenv(name) != "" {
			e.add("%s is %q, and CONSUL_HTTP_ADDR is empty; set it to the address of this machine's Consul client, such as 127.0.0.1:8500", name, source.Getenv(name))
		}
	}
	return nil
}

func (e *Invalid) journalInterval(source Source) time.Duration {
	value := source.Getenv("ORDERS_JOURNAL_INTERVAL")
	if value == "" {
		return usualJournalInterval
	}
	interval, err := time.ParseDuration(value)
	if err != nil || interval < leastJournalInterval || interval > mostJournalInterval {
		e.add("ORDERS_JOURNAL_INTERVAL is %q; it must be a time from %v to %v, such as 10s", value, leastJournalInterval, mostJournalInterval)
	}
	return interval
}

// overrides are the variables that win over every other layer of the configuration.
func overrides(source Source) map[string]string {
	found := map[string]string{}
	for key, name := range map[string]string{configuration.Capacity: "ORDERS_CAPACITY", configuration.LogLevel: "LOG_LEVEL"} {
		if value := source.Getenv(name); value != "" {
			found[key] = value
		}
	}
	return found
}
