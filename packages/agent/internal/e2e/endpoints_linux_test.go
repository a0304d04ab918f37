package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/freeport"
	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// answeredFor declares a service that knows no HTTP, and the port on which the agent answers for it.
func answeredFor(port int) func(*spec.AgentSpec) {
	return func(s *spec.AgentSpec) {
		watched(s)
		s.Service.Environment["TESTSERVICE_MODE"] = "tcp"
		s.Health.Provider, s.Health.Port = "agent", port
		s.HostFirewall = &spec.HostFirewall{Rules: []hostfirewall.Rule{}}
	}
}

// asked is what the agent answers for the service: status code and document; 0 when nobody answers.
func (h *host) asked(port int, path string) (int, string) {
	response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d%s", port, path))
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	var document struct{ ApplicationHealthState, Problem string }
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, json.Unmarshal(text, &document)); err != nil {
		h.t.Errorf("%s: %v", text, err)
	}
	return response.StatusCode, document.ApplicationHealthState + " " + document.Problem
}

// greeting is what a connection to the service is told.
func (h *host) greeting() string {
	connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", h.port))
	if err != nil {
		return ""
	}
	defer connection.Close()
	text, _ := io.ReadAll(connection)
	return strings.TrimSpace(string(text))
}

func TestTheAgentAnswersForAServiceWithoutEndpoints(t *testing.T) {
	h := newHost(t)
	port := freeport.Of(t)
	h.install(h.document("1.0.0", answeredFor(port)), exitcode.OK)
	answers := func(path string, status int, says string) func() bool {
		return func() bool {
			code, text := h.asked(port, path)
			return code == status && strings.HasPrefix(text, says)
		}
	}
	h.eventually("alive", answers("/health", 200, "Healthy"))
	h.eventually("ready", answers("/ready", 200, "Healthy"))
	if code := h.run(h.command("drain")).code; code != exitcode.OK {
		t.Fatal(code)
	}
	h.eventually("not ready while draining", answers("/ready", 503, "Unhealthy the service is being drained"))
	h.eventually("alive while draining", answers("/health", 200, "Healthy"))

	h.install(h.document("1.1.0", answeredFor(port)), exitcode.OK)
	if got := h.greeting(); got != "1.1.0" || !h.status().Healthy {
		t.Errorf("the service is %q, %+v", got, h.status())
	}
	h.eventually("ready after the upgrade", answers("/ready", 200, "Healthy"))

	// A frozen process still takes connections: the kernel does it. One that has ended doesn't.
	if err := syscall.Kill(h.status().PID, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	h.eventually("not alive", answers("/health", 503, "Unhealthy the service doesn't run"))
	h.install(h.document("1.1.0", answeredFor(port)), exitcode.OK)
	h.eventually("alive again", answers("/health", 200, "Healthy"))

	// A release that never takes connections is taken back, and the former one is answered for.
	h.install(h.document("1.2.0", answeredFor(port), mode("crash")), exitcode.RolledBack)
	h.eventually("ready after the rollback", answers("/ready", 200, "Healthy"))
	if got := h.greeting(); got != "1.1.0" {
		t.Errorf("the service is %q", got)
	}
}

func TestTheAgentsPortFollowsTheDocument(t *testing.T) {
	h := newHost(t)
	first, second := freeport.Of(t), freeport.Of(t)
	h.install(h.document("1.0.0", answeredFor(first)), exitcode.OK)
	h.eventually("it answers", func() bool { code, _ := h.asked(first, "/health"); return code == 200 })
	pid := h.status().PID
	h.install(h.document("1.0.0", answeredFor(second)), exitcode.OK)
	h.eventually("it answers on the other port alone", func() bool {
		now, _ := h.asked(second, "/health")
		before, _ := h.asked(first, "/health")
		return now == 200 && before == 0
	})
	if h.status().PID != pid {
		t.Error("another port of the agent restarted the service")
	}
	rules, err := os.ReadFile(filepath.Join(h.root, "host", "firewall", "windows-ha-agent.json"))
	if err != nil || !strings.Contains(string(rules), fmt.Sprintf(`"port": %d`, second)) || strings.Contains(string(rules), fmt.Sprintf(`"port": %d`, first)) {
		t.Errorf("the balancer is let in by %s (%v)", rules, err)
	}

	stranger, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", first))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	r := h.install(h.document("1.1.0", answeredFor(first)), exitcode.NotPrepared)
	if !strings.Contains(r.stderr, fmt.Sprintf("port %d can't be used", first)) {
		t.Error(r.stderr)
	}
	// A port that is taken later is tried again until it is free.
	h.powerCut()
	var taken net.Listener
	h.eventually("the port is free", func() bool {
		taken, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", second))
		return err == nil
	})
	h.boot()
	h.eventually("the status says why nobody answers", func() bool {
		return strings.Contains(h.resident().Endpoints["orders"].Problem, "address already in use")
	})
	taken.Close()
	h.eventually("it answers again", func() bool { code, _ := h.asked(second, "/health"); return code == 200 })
	h.eventually("the status says so, too", func() bool {
		e := h.resident().Endpoints["orders"]
		return e.Port == second && e.Problem == ""
	})

	// From the next release on the service answers itself.
	h.install(h.document("1.2.0", watched), exitcode.OK)
	h.serves("1.2.0")
	h.eventually("nobody answers in its place", func() bool { code, _ := h.asked(second, "/health"); return code == 0 })
}
