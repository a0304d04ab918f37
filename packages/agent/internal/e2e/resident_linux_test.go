package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// watched has the resident part look after the service, with quick marks.
func watched(s *spec.AgentSpec) {
	s.Resident = &spec.Resident{
		Watchdog:        spec.Watchdog{Enabled: true, Interval: 1, Timeout: 1, Failures: 3},
		ScheduledEvents: spec.ScheduledEvents{Enabled: true},
		Logs:            logrotate.Default,
	}
}

// residentPart is what `status --json` says of it.
type residentPart struct {
	Version         string
	PID             int
	ScheduledEvents struct {
		Problem  string
		Handling map[string]string
	}
	Watchdog  map[string]struct{ Restarts int }
	Endpoints map[string]struct {
		Port    int
		Problem string
	}
}

func (h *host) resident() residentPart {
	h.t.Helper()
	r := h.run(h.command("status", "--json"))
	var s struct{ Resident residentPart }
	if err := json.Unmarshal([]byte(r.stdout), &s); err != nil {
		h.t.Fatalf("status: %v\n%s%s", err, r.stdout, r.stderr)
	}
	return s.Resident
}

func alive(pid int) bool { return pid != 0 && syscall.Kill(pid, 0) == nil }

// freeze returns when the process stands still: until then one of its threads may still answer.
func (h *host) freeze(pid int) {
	h.t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		h.t.Fatal(err)
	}
	h.eventually("the process stands still", func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && bytes.Contains(stat, []byte(") T "))
	})
}

func TestTheResidentPartComesAndGoesWithTheServicesThatWantIt(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0"), exitcode.OK)
	if pid := h.resident().PID; pid != 0 {
		t.Errorf("process %d stays although nobody wants it", pid)
	}
	h.install(h.document("1.1.0", watched), exitcode.OK)
	pid := h.resident().PID
	if !alive(pid) {
		t.Fatalf("process %d doesn't live", pid)
	}
	h.install(h.document("1.1.0", watched), exitcode.OK)
	if again := h.resident().PID; again != pid {
		t.Errorf("an unchanged installation exchanged process %d for %d", pid, again)
	}
	if r := h.run(h.command("uninstall")); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	h.eventually("the resident part has gone with the last service", func() bool { return !alive(pid) })
	if _, err := os.Stat(filepath.Join(h.root, "agent")); !os.IsNotExist(err) {
		t.Errorf("the agent's folder is left (%v)", err)
	}
}

func TestAHungServiceIsBackWithinTenSeconds(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", watched), exitcode.OK)
	pid := h.status().PID
	time.Sleep(2500 * time.Millisecond) // until the watchdog has seen it healthy
	h.freeze(pid)
	began := time.Now()
	for h.answerWithin("/health", time.Second) != http.StatusOK {
		if time.Since(began) > 10*time.Second {
			t.Fatal("the service still hangs after 10 s")
		}
	}
	if now := h.status(); now.PID == pid || now.Draining {
		t.Errorf("got %+v, want another process than %d", now, pid)
	}
	h.eventually("the restart is counted", func() bool { return h.resident().Watchdog["orders"].Restarts == 1 })
	if _, err := os.Stat(filepath.Join(h.root, "run", "orders.restart")); !os.IsNotExist(err) {
		t.Errorf("the note of the restart is left (%v)", err)
	}
}

func TestAServiceThatWasStoppedStaysStopped(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", watched), exitcode.OK)
	time.Sleep(2500 * time.Millisecond)
	if err := syscall.Kill(h.status().PID, syscall.SIGTERM); err != nil { // ends with exit code 0: no failure
		t.Fatal(err)
	}
	time.Sleep(6 * time.Second)
	if h.status().Running || h.resident().Watchdog["orders"].Restarts != 0 {
		t.Error("the watchdog started a service that was stopped")
	}
}

func TestAPowerCutInAnUpgradeIsPutRightByTheBootAlone(t *testing.T) {
	for _, place := range []string{"after drain", "after stop", "after commit", "after start"} {
		t.Run(place, func(t *testing.T) {
			h := newHost(t)
			h.install(h.document("1.0.0", watched), exitcode.OK)
			h.crash(place, h.document("1.1.0", watched))
			h.powerCut()
			h.boot()
			h.eventually("the former release serves, ready, and nothing is left to do", func() bool {
				return !h.status().Interrupted && h.answer("/ready") == http.StatusOK
			})
			h.serves("1.0.0")
			h.settled()
		})
	}
}

func TestANewerAgentTakesOverAndABrokenOneDoesnt(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", watched), exitcode.OK)
	first := h.resident()
	registration := filepath.Join(h.root, "scm", "services", "windows-ha-agent.json")
	before, err := os.ReadFile(registration)
	if err != nil {
		t.Fatal(err)
	}

	// Another agent is the same program with other bytes behind it.
	newer := anotherAgent(t, "newer")
	install := h.installCommand(h.document("1.0.0", watched))
	install.Path = newer
	if r := h.run(install); r.code != exitcode.OK {
		t.Fatal(r.stderr)
	}
	second := h.resident()
	if after, _ := os.ReadFile(registration); second.PID == first.PID || !alive(second.PID) || alive(first.PID) || string(after) == string(before) {
		t.Fatalf("process %d was not exchanged: %d", first.PID, second.PID)
	}

	// One that can't say that it lives: its copy is already there, and isn't what its name says.
	broken := anotherAgent(t, "broken")
	folder := filepath.Join(h.root, "agent", "0.0.0-dev-"+hashOf(t, broken)[:8])
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "windows-ha-agent"), []byte("#!/bin/sh\nsleep 60\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	install = h.installCommand(h.document("1.0.0", watched))
	install.Path = broken
	r := h.run(install)
	if r.code != exitcode.OK || !strings.Contains(r.stdout, "the former one runs again") {
		t.Fatalf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if third := h.resident(); !alive(third.PID) {
		t.Errorf("no resident part runs after the fall back: %+v", third)
	}
	h.serves("1.0.0")
}

func TestAnInterruptedRestartAndAnInterruptedExchangeArePutRight(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", watched), exitcode.OK)
	former := h.resident().PID
	// The resident part dies after it has killed the service, and before it has started it.
	if err := os.WriteFile(filepath.Join(h.root, "run", "orders.restart"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(h.status().PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	h.eventually("the service has stopped", func() bool { return !h.status().Running })
	if err := syscall.Kill(former, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	h.eventually("the next resident part starts the service", func() bool { return h.answer("/ready") == http.StatusOK })

	// An installation dies while it exchanges the agent.
	registration, err := os.ReadFile(filepath.Join(h.root, "scm", "services", "windows-ha-agent.json"))
	var registered struct{ Program json.RawMessage }
	if err == nil {
		err = json.Unmarshal(registration, &registered)
	}
	journal := filepath.Join(h.root, "agent", "journal.json")
	if err == nil {
		err = os.WriteFile(journal, fmt.Appendf(nil, `{"former":%s}`, registered.Program), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	second := h.resident().PID
	h.install(h.document("1.0.0", watched), exitcode.OK)
	if _, err := os.Stat(journal); !os.IsNotExist(err) || !alive(h.resident().PID) || alive(second) {
		t.Errorf("the exchange was not repeated: process %d after %d, journal %v", h.resident().PID, second, err)
	}
}

// anotherAgent is a copy of the agent with a tail. It isn't read whole: a child's greatest memory counts from its
// parent's, and another test measures that.
func anotherAgent(t *testing.T, tail string) string {
	t.Helper()
	source, err := os.Open(agent)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	path := filepath.Join(t.TempDir(), "windows-ha-agent")
	target, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(target, io.MultiReader(source, strings.NewReader(tail)))
	if err := errors.Join(err, target.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnIdleResidentPartIsSmall(t *testing.T) {
	h := newHost(t)
	h.install(h.document("1.0.0", watched), exitcode.OK)
	pid := h.resident().PID
	time.Sleep(3 * time.Second)
	before := cpuTime(t, pid)
	time.Sleep(10 * time.Second)
	percent := (cpuTime(t, pid) - before).Seconds() * 10
	megabytes := residentMegabytes(t, pid)
	t.Logf("%.2f %% of a core, %d MB resident", percent, megabytes)
	if percent > 2 || megabytes > 25 { // the marks are 0.5 % and 20 MB; other tests run at the same time
		t.Errorf("%.2f %% of a core, %d MB resident", percent, megabytes)
	}
}

// cpuTime is what a process has computed so far; /proc counts in hundredths of a second.
func cpuTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var user, system int64
	if _, err := fmt.Sscan(fields[11]+" "+fields[12], &user, &system); err != nil {
		t.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

func residentMegabytes(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	var kilobytes int
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		t.Fatal(err)
	}
	return kilobytes >> 10
}

// answerWithin is the status code of a path, or 0 when nobody answers in time.
func (h *host) answerWithin(path string, limit time.Duration) int {
	client := &http.Client{Timeout: limit, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d%s", h.port, path))
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}
