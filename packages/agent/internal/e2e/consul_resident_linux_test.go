package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
)

func TestWhatCameTooLateForTheInstallationIsDoneByTheResidentPart(t *testing.T) {
	d := newDiscovered(t, "WINDOWS_HA_CONSUL_RENEWAL=1s")
	d.vault.Refuse("agent", http.StatusNotFound)
	r := d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	if !strings.Contains(r.stdout, "consul.secrets.tokens.agent") {
		t.Errorf("said %s", r.stdout)
	}
	d.serves("1.0.0")
	d.vault.Refuse("agent", 0)
	d.eventually("Consul is ready", func() bool { return d.consul().State == consul.Ready })
	d.keeps("1.21.0", "orders")
	// A renewed token gets into the file, and Consul goes on.
	pid := d.consul().PID
	d.vault.Set("agent", vaulttest.Secret{Value: "renewed-token"})
	d.eventually("the renewed token", func() bool {
		files, _ := filepath.Glob(filepath.Join(d.root, "consul", "config", "*", "secrets.json"))
		text, err := os.ReadFile(strings.Join(files, ""))
		return err == nil && strings.Contains(string(text), "renewed-token")
	})
	if now := d.consul().PID; now != pid {
		t.Errorf("a renewed token restarted Consul: process %d became %d", pid, now)
	}
}

func TestAKilledConsulAndAStaleDrainArePutRightByTheResidentPart(t *testing.T) {
	d := newDiscovered(t)
	d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	if r := d.run(d.command("drain")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	if reason := d.consul().Maintenance["orders"]; reason != "windows-ha: drain" {
		t.Errorf("in maintenance for %q", reason)
	}
	// What a killed agent leaves: the drain is over, and Consul wasn't told.
	if err := os.Remove(filepath.Join(d.root, "run", "orders.drain")); err != nil {
		t.Fatal(err)
	}
	d.eventually("the stale maintenance has gone", func() bool { return len(d.consul().Maintenance) == 0 })
	pid := d.consul().PID
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	d.eventually("the service manager has started another", func() bool { s := d.consul(); return s.PID != pid && s.State == consul.Ready })
}

func TestASilentConsulIsStartedAnew(t *testing.T) {
	d := newDiscovered(t, "WINDOWS_HA_CONSUL_SILENCE=1s")
	d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
	pid := d.consul().PID
	d.freeze(pid)
	d.eventually("the frozen process has gone", func() bool { return d.consul().PID != pid })
	d.eventually("another one answers", func() bool { return d.consul().State == consul.Ready })
	var s struct {
		Resident struct {
			Consul struct {
				Restarts    int
				LastProblem string
			}
		}
	}
	d.eventually("the restart is counted", func() bool {
		_ = json.Unmarshal([]byte(d.run(d.command("status", "--json")).stdout), &s)
		return s.Resident.Consul.Restarts > 0 && s.Resident.Consul.LastProblem != ""
	})
}
