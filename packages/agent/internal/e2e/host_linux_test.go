// Package e2e runs the real agent against the real Linux service manager and a real service, as a machine does.
package e2e

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/buildtest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// agent is built with crash points; testservice is what it installs.
// testconsul stands in for Consul.
var agent, testservice, testconsul string

func TestMain(m *testing.M) {
	if file := os.Getenv(measuredFile); file != "" {
		os.Exit(measure(file, os.Args[1:]))
	}
	folder, err := os.MkdirTemp("", "agent-e2e-")
	if err == nil {
		agent, err = buildtest.Program(folder, "cmd/windows-ha-agent", "-tags", "crashpoints")
	}
	if err == nil {
		testservice, err = buildtest.Program(folder, "internal/testservice")
	}
	if err == nil {
		testconsul, err = buildtest.Program(folder, "internal/testconsul")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The tests wait far more than they compute.
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// host is a machine: a folder, a service manager and a place to download from.
type host struct {
	t     *testing.T
	root  string
	files string // what the download server serves
	url   string
	port  int
	scm   *exec.Cmd
	power io.Closer // closing it switches the machine off
	env   []string  // of its processes, besides the usual
}

func newHost(t *testing.T) *host { return newHostWith(t) }

func newHostWith(t *testing.T, env ...string) *host {
	t.Parallel()
	// Nobody answers there: a machine outside Azure.
	env = append([]string{"WINDOWS_HA_METADATA_ADDRESS=http://127.0.0.1:9"}, env...)
	h := &host{t: t, env: env, root: t.TempDir(), files: t.TempDir(), port: freeport.Of(t)}
	server := httptest.NewServer(http.FileServer(http.Dir(h.files)))
	t.Cleanup(server.Close)
	h.url = server.URL
	if err := os.Symlink(testservice, filepath.Join(h.files, "orders")); err != nil {
		t.Fatal(err)
	}
	h.boot()
	t.Cleanup(h.powerOff)
	return h
}

func (h *host) command(arguments ...string) *exec.Cmd {
	command := exec.Command(agent, arguments...)
	command.Env = append(os.Environ(), "WINDOWS_HA_ROOT="+h.root, "WINDOWS_HA_HOST_ADDRESS=127.0.0.1", "COMPUTERNAME=machine-1")
	command.Env = append(command.Env, h.env...)
	return command
}

func (h *host) boot() {
	h.t.Helper()
	h.scm = h.command("scm", "--exit-with-stdin")
	power, err := h.scm.StdinPipe()
	stdout, outErr := h.scm.StdoutPipe()
	if err := errors.Join(err, outErr, h.scm.Start()); err != nil {
		h.t.Fatal(err)
	}
	h.power = power
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "ready\n" {
		h.t.Fatalf("scm said %q (%v)", line, err)
	}
}

// powerOff ends the machine in the way that a sandbox does when it dies.
func (h *host) powerOff() {
	h.power.Close()
	_ = h.scm.Wait()
}

// powerCut ends the machine without any chance to clean up.
func (h *host) powerCut() {
	_ = h.scm.Process.Kill()
	_ = h.scm.Wait()
}

// document is a valid AgentSpec for this host that installs quickly.
func (h *host) document(version string, edits ...func(*spec.AgentSpec)) *spec.AgentSpec {
	s := &spec.AgentSpec{
		SchemaVersion: 1,
		Service: spec.Service{
			Name: "orders", DisplayName: "Orders", Description: "", Version: version, Port: h.port,
			Arguments: []string{}, Environment: map[string]string{},
		},
		Artifacts:      []spec.Artifact{{OS: "linux", Arch: runtime.GOARCH, URL: h.url + "/orders", SHA256: hashOf(h.t, testservice)}},
		Health:         spec.HealthGate{Path: "/health", Interval: 1, Timeout: 1, ConsecutiveSuccesses: 1, Deadline: 10},
		Stop:           spec.StopBudget{Drain: 0, Stop: 2, Kill: 5},
		ReleasesToKeep: 3,
	}
	for _, edit := range edits {
		edit(s)
	}
	return s
}

// mode makes the service behave badly; the gate gives up on it soon.
func mode(name string) func(*spec.AgentSpec) {
	return func(s *spec.AgentSpec) {
		s.Service.Environment["TESTSERVICE_MODE"] = name
		s.Health.Deadline = 2
	}
}

// result is a finished run of the agent.
type result struct {
	code           exitcode.Code // -1 when the run was killed
	stdout, stderr string
}

func (h *host) run(command *exec.Cmd) result {
	h.t.Helper()
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		h.t.Fatal(err)
	}
	return result{exitcode.Code(command.ProcessState.ExitCode()), stdout.String(), stderr.String()}
}

func (h *host) installCommand(s *spec.AgentSpec) *exec.Cmd {
	h.t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		h.t.Fatal(err)
	}
	file := filepath.Join(h.t.TempDir(), "spec.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		h.t.Fatal(err)
	}
	return h.command("install", "--spec", file)
}

// install runs an installation that must end with the given code.
func (h *host) install(s *spec.AgentSpec, want exitcode.Code) result {
	h.t.Helper()
	r := h.run(h.installCommand(s))
	if r.code != want {
		h.t.Fatalf("install %s: exit code %d, want %d\n%s%s", s.Service.Version, r.code, want, r.stdout, r.stderr)
	}
	if lines := strings.Split(strings.TrimSpace(r.stderr), "\n"); want != exitcode.OK && !strings.HasPrefix(lines[len(lines)-1], "windows-ha-agent: ") {
		h.t.Errorf("the last line is no sentence for a person: %q", lines[len(lines)-1])
	}
	return r
}

// status is what `status --json` prints, as far as the tests look at it.
type status struct {
	Service, Version, Release, PreviousRelease string
	Running, Healthy, Draining, Interrupted    bool
	PID                                        int
	LastInstall                                struct{ Result, Message string }
	Problem                                    string
	Releases                                   []string
	Settings                                   *service.Settings
	Task                                       *schedule.Record
}

func (h *host) status() status {
	h.t.Helper()
	r := h.run(h.command("status", "--json", "--service", "orders"))
	var s status
	if err := json.Unmarshal([]byte(r.stdout), &s); err != nil {
		h.t.Fatalf("status: %v\n%s%s", err, r.stdout, r.stderr)
	}
	return s
}

// serves checks everything that must hold when a version is in place and nothing is going on.
func (h *host) serves(version string) status {
	h.t.Helper()
	s := h.status()
	if s.Version != version || !s.Healthy || s.Draining || s.Interrupted {
		h.t.Errorf("want a healthy %s and nothing going on, got %+v", version, s)
	}
	if seen := h.whoami(); seen.PID != s.PID || !slices.Contains(seen.Environment, "WINDOWS_HA_SERVICE_VERSION="+version) {
		h.t.Errorf("on port %d answers %+v, want process %d with version %s", h.port, seen, s.PID, version)
	}
	return s
}

type whoami struct {
	PID                    int
	Arguments, Environment []string
	Folder                 string
}

func (h *host) whoami() (w whoami) {
	h.t.Helper()
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/whoami", h.port))
	if err != nil {
		h.t.Error(err)
		return w
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&w); err != nil {
		h.t.Error(err)
	}
	return w
}

// answer is the status code of a path, or 0 when nobody answers.
func (h *host) answer(path string) int {
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d%s", h.port, path))
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

func (h *host) releases() []string {
	entries, _ := os.ReadDir(filepath.Join(h.root, "services", "orders", "releases"))
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func (h *host) eventually(what string, condition func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if condition() {
			return
		}
	}
	h.t.Fatalf("not within 10 s: %s", what)
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
