package settings

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func source(environment map[string]string) Source {
	return Source{
		Getenv:   func(name string) string { return environment[name] },
		Hostname: func() (string, error) { return "host-1", nil },
	}
}

func TestNothingSetGivesTheDefaults(t *testing.T) {
	got, err := Load(source(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got.Address != ":8080" || got.Machine != "host-1" || got.Capacity != 10_000 || got.LogLevel != slog.LevelInfo {
		t.Errorf("defaults: %+v", got)
	}
	if got.Consul != nil || len(got.Overrides) > 0 {
		t.Errorf("something of Consul or the configuration is on by default: %+v", got)
	}
	if got.Dependencies != nil || got.DrainFile != "" || got.LogFile != "" || got.Fault != FaultNone {
		t.Errorf("something is on by default: %+v", got)
	}
}

func TestTheFirstSourceOfAValueWins(t *testing.T) {
	everything := map[string]string{"WINDOWS_HA_MACHINE": "vm-1", "COMPUTERNAME": "PC-1", "WINDOWS_HA_ADDRESS": "127.0.0.2:9000"}
	tests := []struct {
		name, unset, listen, machine, address string
	}{
		{name: "the platform's name for the machine", machine: "vm-1", address: "127.0.0.2:9000"},
		{name: "then Windows' name", unset: "WINDOWS_HA_MACHINE", machine: "PC-1", address: "127.0.0.2:9000"},
		{name: "--listen over the environment", listen: "127.0.0.3:9001", machine: "vm-1", address: "127.0.0.3:9001"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from := source(everything)
			getenv := from.Getenv
			from.Getenv = func(name string) string {
				if name == test.unset {
					return ""
				}
				return getenv(name)
			}
			from.Listen = test.listen
			got, err := Load(from)
			if err != nil {
				t.Fatal(err)
			}
			if got.Machine != test.machine || got.Address != test.address {
				t.Errorf("machine %q, address %q; want %q, %q", got.Machine, got.Address, test.machine, test.address)
			}
		})
	}
}

func TestDependenciesAreRead(t *testing.T) {
	got, err := Load(source(map[string]string{"ORDERS_DEPENDENCIES": "db=tcp://10.0.2.4:5432, pay=https://pay.example/health?x=1,"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Dependencies) != 2 || got.Dependencies[0].Name != "db" || got.Dependencies[0].Target.Host != "10.0.2.4:5432" ||
		got.Dependencies[1].Name != "pay" || got.Dependencies[1].Target.String() != "https://pay.example/health?x=1" {
		t.Errorf("dependencies: %+v", got.Dependencies)
	}
}

func TestABadValueIsNamedWithWhatIsAllowed(t *testing.T) {
	tests := []struct{ name, variable, value, want string }{
		{"address without port", "WINDOWS_HA_ADDRESS", "localhost", `WINDOWS_HA_ADDRESS is "localhost"; it must be "host:port"`},
		{"port out of range", "WINDOWS_HA_ADDRESS", ":65536", "0 (any free one) to 65535"},
		{"port by name", "WINDOWS_HA_ADDRESS", ":http", "WINDOWS_HA_ADDRESS"},
		{"relative drain file", "WINDOWS_HA_DRAIN_FILE", "drain", "must be an absolute path"},
		{"relative log file", "LOG_FILE", "orders.log", "must be an absolute path"},
		{"relative certificate", "TLS_CERT_FILE", "tls.crt", "must be an absolute path"},
		{"certificate without key", "TLS_CERT_FILE", "/tls.crt", "set both for HTTPS"},
		{"relative key of the API", "ORDERS_API_KEY_FILE", "key", "must be an absolute path"},
		{"capacity zero", "ORDERS_CAPACITY", "0", "from 1 to 1000000"},
		{"capacity not a number", "ORDERS_CAPACITY", "many", `ORDERS_CAPACITY is "many"`},
		{"log level", "LOG_LEVEL", "verbose", "must be debug, info, warn or error"},
		{"fault", "ORDERS_FAULT", "explode", `"unhealthy" "exit" "slow-start" "ignore-stop" "stale-leader"`},
		{"relative configuration", "WINDOWS_HA_CONFIG_FILE", "configuration.json", "must be an absolute path"},
		{"Consul's address", "CONSUL_HTTP_ADDR", "unix:///run/consul", "it must be host:port"},
		{"Consul's address with a path", "CONSUL_HTTP_ADDR", "http://127.0.0.1:8500/v1", "it must be host:port"},
		{"relative token", "CONSUL_HTTP_TOKEN_FILE", "token", "must be an absolute path"},
		{"prefix without Consul", "WINDOWS_HA_CONFIG_PREFIX", "service/orders", "CONSUL_HTTP_ADDR is empty"},
		{"leader without Consul", "ORDERS_LEADER_CHECK", "orders:health", "CONSUL_HTTP_ADDR is empty"},
		{"interval without a unit", "ORDERS_JOURNAL_INTERVAL", "10", "a time from 100ms to 1h0m0s"},
		{"interval too short", "ORDERS_JOURNAL_INTERVAL", "1ms", "a time from 100ms to 1h0m0s"},
		{"dependency without name", "ORDERS_DEPENDENCIES", "tcp://10.0.0.1:1", "entry 1: must be \"name=address\""},
		{"dependency name", "ORDERS_DEPENDENCIES", "DB=tcp://10.0.0.1:1", "the name from a-z"},
		{"dependency twice", "ORDERS_DEPENDENCIES", "a=tcp://h:1,a=tcp://h:2", `entry 2: the name "a" is there twice`},
		{"tcp without port", "ORDERS_DEPENDENCIES", "a=tcp://10.0.0.1", "a host and a port alone"},
		{"tcp with path", "ORDERS_DEPENDENCIES", "a=tcp://10.0.0.1:1/x", "a host and a port alone"},
		{"http without host", "ORDERS_DEPENDENCIES", "a=http:///x", "names no host"},
		{"other scheme", "ORDERS_DEPENDENCIES", "a=udp://10.0.0.1:1", "tcp, http or https"},
		{"unreadable", "ORDERS_DEPENDENCIES", "a=http://[::1", "can't be read as a URL"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(source(map[string]string{test.variable: test.value}))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s=%s: got %v, want something with %q", test.variable, test.value, err, test.want)
			}
		})
	}
}

func TestAllProblemsAreListedAtOnce(t *testing.T) {
	_, err := Load(source(map[string]string{"WINDOWS_HA_ADDRESS": "x", "LOG_LEVEL": "x", "ORDERS_FAULT": "x", "ORDERS_DEPENDENCIES": "x,y"}))
	invalid, ok := errors.AsType[*Invalid](err)
	if !ok || len(invalid.Problems) != 5 {
		t.Fatalf("got %v, want 5 problems", err)
	}
}

func TestAPasswordInADependencyIsRefusedAndNotRepeated(t *testing.T) {
	for _, address := range []string{"http://user:hunter2@10.0.0.1/", "http://user:hunter2@[::1", "ftp://10.0.0.1/?token=hunter2"} {
		_, err := Load(source(map[string]string{"ORDERS_DEPENDENCIES": "a=" + address}))
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", address, err)
		}
	}
}

func TestAMachineWithoutANameIsAProblem(t *testing.T) {
	from := source(nil)
	from.Hostname = func() (string, error) { return "", errors.New("no host name") }
	if _, err := Load(from); err == nil || !strings.Contains(err.Error(), "set WINDOWS_HA_MACHINE") {
		t.Errorf("got %v", err)
	}
}

func TestAbsolutePathsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "drain")
	got, err := Load(source(map[string]string{"WINDOWS_HA_DRAIN_FILE": path, "LOG_LEVEL": "DEBUG"}))
	if err != nil || got.DrainFile != path || got.LogLevel != slog.LevelDebug {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestConsulIsAskedForWhatTheEnvironmentSays(t *testing.T) {
	got, err := Load(source(map[string]string{
		"CONSUL_HTTP_ADDR": "127.0.0.1:8500", "WINDOWS_HA_CONFIG_PREFIX": "service/orders", "ORDERS_LEADER_CHECK": "orders:health",
		"ORDERS_JOURNAL_INTERVAL": "250ms", "ORDERS_CAPACITY": "5", "LOG_LEVEL": "warn",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Consul{Address: "127.0.0.1:8500", ConfigPrefix: "service/orders", LeaderCheck: "orders:health", JournalInterval: 250 * time.Millisecond}); *got.Consul != want {
		t.Errorf("got %+v, want %+v", *got.Consul, want)
	}
	if got.Overrides["capacity"] != "5" || got.Overrides["log/level"] != "warn" || len(got.Overrides) != 2 {
		t.Errorf("overrides: %v", got.Overrides)
	}
}
