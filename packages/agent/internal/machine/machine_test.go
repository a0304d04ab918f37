package machine

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestTheEnvironmentPlacesAMachine(t *testing.T) {
	root := t.TempDir()
	t.Setenv("WINDOWS_HA_ROOT", root)
	t.Setenv("WINDOWS_HA_HOST_ADDRESS", "127.0.0.7")
	t.Setenv("COMPUTERNAME", "web-1")
	m, err := FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "web-1" || m.ListenAddress(80) != "127.0.0.7:80" || m.AskAddress(80) != "127.0.0.7:80" {
		t.Errorf("got %+v", m)
	}
	if want := filepath.Join(root, "run", "orders.drain"); m.DrainFile("orders") != want {
		t.Errorf("got %s, want %s", m.DrainFile("orders"), want)
	}
}

func TestWithoutAnAddressAllInterfacesAreUsedAndLoopbackIsAsked(t *testing.T) {
	t.Setenv("WINDOWS_HA_ROOT", "")
	t.Setenv("WINDOWS_HA_HOST_ADDRESS", "")
	t.Setenv("COMPUTERNAME", "")
	m, err := FromEnvironment()
	if err != nil {
		t.Fatal(err)
	}
	if m.ListenAddress(80) != ":80" || m.AskAddress(80) != "127.0.0.1:80" || m.Name == "" || !filepath.IsAbs(m.Root) {
		t.Errorf("got %+v", m)
	}
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	t.Setenv("WINDOWS_HA_HOST_ADDRESS", "web-1.example.com")
	if _, err := FromEnvironment(); err == nil || !strings.Contains(err.Error(), "WINDOWS_HA_HOST_ADDRESS") {
		t.Errorf("got %v", err)
	}
}

func TestTheMetadataServiceIsAzuresUnlessTheHostSaysAnother(t *testing.T) {
	for address, want := range map[string]string{
		"":                      "http://169.254.169.254",
		"http://127.0.0.7:4711": "http://127.0.0.7:4711",
		"127.0.0.7:4711":        "",
		"http://127.0.0.7/x":    "",
	} {
		t.Setenv("WINDOWS_HA_METADATA_ADDRESS", address)
		m, err := FromEnvironment()
		if want == "" && (err == nil || !strings.Contains(err.Error(), "WINDOWS_HA_METADATA_ADDRESS")) {
			t.Errorf("%q: got %v", address, err)
		}
		if want != "" && m.MetadataAddress != want {
			t.Errorf("%q: got %q, %v", address, m.MetadataAddress, err)
		}
	}
}
