// Package settings reads everything that can be set on the service, and says all that is wrong at once.
package settings

import (
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	defaultAddress  = ":8080"
	defaultCapacity = 10_000
	maxCapacity     = 1_000_000
)

// Fault is a failure that the process plays in a drill.
type Fault string

// The faults of ORDERS_FAULT.
const (
	FaultNone        Fault = ""
	FaultUnhealthy   Fault = "unhealthy"
	FaultExit        Fault = "exit"
	FaultSlowStart   Fault = "slow-start"
	FaultIgnoreStop  Fault = "ignore-stop"
	FaultStaleLeader Fault = "stale-leader"
)

var (
	faults    = []Fault{FaultNone, FaultUnhealthy, FaultExit, FaultSlowStart, FaultIgnoreStop, FaultStaleLeader}
	logLevels = map[string]slog.Level{
		"": slog.LevelInfo, "debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
)

// Settings are valid: only Load makes them.
type Settings struct {
	Address      string
	Machine      string
	DrainFile    string
	Dependencies []Dependency
	Capacity     int
	LogLevel     slog.Level
	LogFile      string
	Fault        Fault
	// CertFile and KeyFile are both set, for HTTPS, or both empty, for HTTP.
	CertFile, KeyFile string
	// APIKeyFile holds the key that /orders wants; empty when it wants none.
	APIKeyFile string
	// ConfigFile holds the release's configuration; empty for none.
	ConfigFile string
	// DataFolder is where the service may keep files; empty where it has no place.
	DataFolder string
	// Overrides is the configuration that the environment decides, by key.
	Overrides map[string]string
	// Consul is nil where this machine has none.
	Consul *Consul
}

// Source is where settings come from.
type Source struct {
	Getenv   func(string) string
	Hostname func() (string, error)
	Listen   string
}

// Invalid lists every problem that was found, one per line.
type Invalid struct{ Problems []string }

func (e *Invalid) Error() string {
	return fmt.Sprintf("%d invalid setting(s):\n  - %s", len(e.Problems), strings.Join(e.Problems, "\n  - "))
}

// Load reads and checks all settings. Its error is an *Invalid.
func Load(source Source) (Settings, error) {
	invalid := &Invalid{}
	settings := Settings{
		Address:      invalid.address(source),
		Machine:      invalid.machine(source),
		DrainFile:    invalid.absolutePath(source, "WINDOWS_HA_DRAIN_FILE"),
		Dependencies: invalid.dependencies(source.Getenv("ORDERS_DEPENDENCIES")),
		Capacity:     invalid.capacity(source),
		LogLevel:     invalid.logLevel(source),
		LogFile:      invalid.absolutePath(source, "LOG_FILE"),
		Fault:        invalid.fault(source),
		CertFile:     invalid.absolutePath(source, "TLS_CERT_FILE"),
		KeyFile:      invalid.absolutePath(source, "TLS_KEY_FILE"),
		APIKeyFile:   invalid.absolutePath(source, "ORDERS_API_KEY_FILE"),
		ConfigFile:   invalid.absolutePath(source, "WINDOWS_HA_CONFIG_FILE"),
		DataFolder:   invalid.absolutePath(source, "WINDOWS_HA_DATA_FOLDER"),
		Overrides:    overrides(source),
		Consul:       invalid.consul(source),
	}
	if (settings.CertFile == "") != (settings.KeyFile == "") {
		invalid.add("TLS_CERT_FILE is %q and TLS_KEY_FILE is %q; set both for HTTPS, or none for HTTP", settings.CertFile, settings.KeyFile)
	}
	if len(invalid.Problems) > 0 {
		return Settings{}, invalid
	}
	return settings, nil
}

func (e *Invalid) add(format string, values ...any) {
	e.Problems = append(e.Problems, fmt.Sprintf(format, values...))
}

func (e *Invalid) address(source Source) string {
	name, value := "WINDOWS_HA_ADDRESS", source.Getenv("WINDOWS_HA_ADDRESS")
	if source.Listen != "" {
		name, value = "--listen", source.Listen
	}
	if value == "" {
		return defaultAddress
	}
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		e.add(`%s is %q; it must be "host:port" or ":port" with a port from 0 (any free one) to 65535, such as "10.0.1.4:8080"`, name, value)
	}
	return value
}

func (e *Invalid) machine(source Source) string {
	for _, name := range []string{"WINDOWS_HA_MACHINE", "COMPUTERNAME"} {
		if value := source.Getenv(name); value != "" {
			return value
		}
	}
	name, err := source.Hostname()
	if err != nil {
		e.add("the machine has no name: WINDOWS_HA_MACHINE and COMPUTERNAME are empty and the host name can't be read (%v); set WINDOWS_HA_MACHINE", err)
	}
	return name
}

// A relative path would mean System32 under the service control manager, so none is taken.
func (e *Invalid) absolutePath(source Source, name string) string {
	value := source.Getenv(name)
	if value != "" && !filepath.IsAbs(value) {
		e.add("%s is %q; it must be an absolute path, because a Windows service starts in System32", name, value)
	}
	return value
}

func (e *Invalid) capacity(source Source) int {
	value := source.Getenv("ORDERS_CAPACITY")
	if value == "" {
		return defaultCapacity
	}
	capacity, err := strconv.Atoi(value)
	if err != nil || capacity < 1 || capacity > maxCapacity {
		e.add("ORDERS_CAPACITY is %q; it must be a number of orders from 1 to %d", value, maxCapacity)
	}
	return capacity
}

func (e *Invalid) logLevel(source Source) slog.Level {
	value := source.Getenv("LOG_LEVEL")
	level, known := logLevels[strings.ToLower(value)]
	if !known {
		e.add("LOG_LEVEL is %q; it must be debug, info, warn or error", value)
	}
	return level
}

func (e *Invalid) fault(source Source) Fault {
	value := Fault(source.Getenv("ORDERS_FAULT"))
	if !slices.Contains(faults, value) {
		e.add("ORDERS_FAULT is %q; it must be unset, or one of %q in a drill", value, faults[1:])
	}
	return value
}
