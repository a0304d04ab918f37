package systemd

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/buildtest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
)

var testservice string

func TestMain(m *testing.M) { buildtest.Main(m, "internal/testservice", &testservice) }

func newManager(t *testing.T) (Manager, *fake) {
	folder := t.TempDir()
	f := newFake(folder)
	t.Cleanup(f.off)
	return Manager{Folder: folder, Root: t.TempDir(), Control: f.control}, f
}

func TestSystemdKeepsTheContract(t *testing.T) {
	servicetest.Run(t, func(t *testing.T) servicetest.Subject {
		m, _ := newManager(t)
		return servicetest.Subject{Manager: m, Name: "subject", Program: testservice}
	})
}

func program() service.Program {
	return service.Program{
		Path: "/bin/sh", Arguments: []string{"", "a b", `say "hi" \`, "100 %h", "$HOME ${HOME}", "ünïcode", "two\nlines"},
		Environment: []string{"A=b c", `B="%i" \`, "C=$D"},
	}
}

var settings = service.Settings{
	DisplayName: "Consul at 100 %n", SIDType: service.SIDUnrestricted, StartMode: service.StartAutomatic, PreShutdown: 20,
	Recovery: service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionRestart, Delay: 5}}, ResetPeriod: 600},
}

// Systemd's own opinion of the units: it says nothing of good ones.
func TestSystemdItselfAcceptsTheUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze isn't on this computer")
	}
	agent := settings
	agent.Account, agent.Dependencies = service.LocalSystem, nil
	verify := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		output, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return string(output)
	}
	for name, s := range map[string]service.Settings{"consul.service": settings, "windows-ha-agent.service": agent} {
		text, err := unit(strings.TrimSuffix(name, ".service"), registration{s, program()}, "/var/lib/windows ha")
		if err != nil {
			t.Fatal(err)
		}
		if said := verify(name, text); said != "" {
			t.Errorf("%s:\n%s%s", name, said, text)
		}
		if said := verify(name, strings.Replace(text, "Restart=always", "Restart=alway", 1)); !strings.Contains(said, "Restart") && !strings.Contains(said, "restart") {
			t.Errorf("a mistake goes unseen: %q", said)
		}
	}
}

func TestAServiceIsHardenedAndTheAgentIsNot(t *testing.T) {
	agent := settings
	agent.Account = service.LocalSystem
	for _, row := range []struct {
		settings service.Settings
		hardened bool
	}{{settings, true}, {agent, false}} {
		text, err := unit("consul", registration{row.settings, program()}, "/var/lib/windows-ha")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range append(slices.Clone(hardening), `ReadWritePaths="/var/lib/windows-ha"`) {
			if line == "NoNewPrivileges=yes" {
				continue // both
			}
			if strings.Contains(text, "\n"+line+"\n") != row.hardened {
				t.Errorf("hardened %t: %s", row.hardened, line)
			}
		}
		for _, line := range []string{"Restart=always", "RestartSec=5", "LimitNOFILE=65536", "TimeoutStopSec=20", `RequiresMountsFor="/var/lib/windows-ha/consul/data"`, "Description=Consul at 100 %%n"} {
			if !strings.Contains(text, "\n"+line+"\n") {
				t.Errorf("no %s", line)
			}
		}
	}
}

func TestSomebodyElsesUnitIsSeenAndNotOverwritten(t *testing.T) {
	m, f := newManager(t)
	foreign := "[Service]\nExecStart=\"/usr/bin/consul\" \"agent\"\n"
	if err := os.WriteFile(m.file("consul"), []byte(foreign), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.control(t.Context(), "daemon-reload"); err != nil {
		t.Fatal(err)
	}
	status, err := m.Query(t.Context(), "consul")
	if err != nil || status.Program.Path != m.file("consul") {
		t.Errorf("got %+v, %v", status, err)
	}
	if err := m.Create(t.Context(), "consul", settings, program()); !errors.Is(err, service.ErrExists) {
		t.Errorf("got %v", err)
	}
	if text, _ := os.ReadFile(m.file("consul")); string(text) != foreign {
		t.Errorf("left %s", text)
	}
}

func TestWhatSystemdRefusesIsSaidInItsWords(t *testing.T) {
	m, f := newManager(t)
	f.fail = func(call string) error {
		if strings.HasPrefix(call, "daemon-reload") {
			return errors.New("systemctl daemon-reload: Access denied")
		}
		return nil
	}
	if err := m.Create(t.Context(), "consul", settings, program()); err == nil || !strings.Contains(err.Error(), "Access denied") {
		t.Errorf("got %v", err)
	}
	f.fail = nil
	// The unit is on disk, but unread: it is known all the same, and the start reads it.
	if status, err := m.Query(t.Context(), "consul"); err != nil || !status.Program.Equal(program()) {
		t.Errorf("got %+v, %v", status, err)
	}
	if err := m.Start(t.Context(), "consul"); err != nil {
		t.Error(err)
	}
}
