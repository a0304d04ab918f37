package install_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// configured is what the registered service is told of its configuration: the file's content, and the prefix.
func configured(t *testing.T, b *bench) (settings map[string]string, prefix string) {
	t.Helper()
	status, err := b.Query(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	for _, variable := range status.Program.Environment {
		name, value, _ := strings.Cut(variable, "=")
		switch name {
		case "WINDOWS_HA_CONFIG_PREFIX":
			prefix = value
		case "WINDOWS_HA_CONFIG_FILE":
			if filepath.Dir(value) != filepath.Dir(status.Program.Path) {
				t.Errorf("%s lies outside the release of %s", value, status.Program.Path)
			}
			if err := atomicfile.ReadJSON(value, &settings); err != nil {
				t.Error(err)
			}
		}
	}
	return settings, prefix
}

func TestAConfigurationComesWithItsReleaseAndGoesBackWithIt(t *testing.T) {
	b := newBench(t)
	document := func(level string) *spec.AgentSpec {
		s := b.document("1.0.0")
		s.Service.Configuration = map[string]string{"log/level": level, "greeting": "<Grüß Gott> & \"hello\""}
		return s
	}
	for _, level := range []string{"info", "debug"} {
		if _, err := b.Install(t.Context(), document(level)); err != nil {
			t.Fatal(err)
		}
		settings, _ := configured(t, b)
		if settings["log/level"] != level || settings["greeting"] != "<Grüß Gott> & \"hello\"" || len(settings) != 2 {
			t.Errorf("%s: the file says %v", level, settings)
		}
	}
	b.breakOnce(t, "start")
	if _, err := b.Install(t.Context(), document("warn")); exitcode.Of(err) != exitcode.RolledBack {
		t.Fatalf("got %v", err)
	}
	if settings, _ := configured(t, b); settings["log/level"] != "debug" {
		t.Errorf("after the way back the file says %v", settings)
	}
}

func TestAServiceIsToldWhereItsConfigurationIsInTheStore(t *testing.T) {
	b := newBench(t)
	s := b.document("1.0.0")
	s.Service.ConfigurationPrefix = "service/orders"
	if _, err := b.Install(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if settings, prefix := configured(t, b); prefix != "service/orders" || settings != nil {
		t.Errorf("prefix %q, settings %v", prefix, settings)
	}
}

func TestAServiceWithoutConfigurationHasNoFile(t *testing.T) {
	b := newBench(t)
	if _, err := b.Install(t.Context(), b.document("1.0.0")); err != nil {
		t.Fatal(err)
	}
	status, err := b.Query(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(status.Program.Path), "configuration.json")); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
}
