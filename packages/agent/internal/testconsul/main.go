// Testconsul is as much of Consul as tests of the agent need: it checks and reads configuration files, holds its ports,
// and answers a client's questions. It believes every token.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// configuration is what it reads; `mode` in node_meta says how it behaves badly.
type configuration struct {
	BindAddr   string `json:"bind_addr"`
	ClientAddr string `json:"client_addr"`
	Ports      struct {
		HTTP    int
		SerfLAN int `json:"serf_lan"`
	}
	NodeMeta map[string]string `json:"node_meta"`
	Refused  bool              `json:"enable_script_checks"`
	Service  *struct{ ID string }
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if arguments[0] == "validate" {
		_, _, err := read(arguments[1:])
		return err
	}
	var folders []string
	for i := 2; i < len(arguments); i += 2 { // agent -config-dir FOLDER -config-dir FOLDER
		folders = append(folders, arguments[i])
	}
	c, services, err := read(folders)
	if err != nil {
		return err
	}
	mode := c.NodeMeta["mode"]
	if mode == "crash" {
		return fmt.Errorf("told to crash")
	}
	gossip, err := net.Listen("tcp", fmt.Sprintf("%s:%d", c.BindAddr, c.Ports.SerfLAN))
	if err != nil {
		return err
	}
	defer gossip.Close()
	a := &agent{folders: folders, services: services, maintenance: map[string]string{}}
	if mode != "silent" {
		listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", c.ClientAddr, c.Ports.HTTP))
		if err != nil {
			return err
		}
		go func() { _ = http.Serve(listener, a.handler()) }()
	}
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, os.Interrupt)
	<-asked
	return nil
}

// read merges the files of folders in the order of their names, as Consul does.
func read(folders []string) (c configuration, services []string, err error) {
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil {
			return c, nil, err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return c, nil, err
			}
			meta := c.NodeMeta
			if err := json.Unmarshal(text, &c); err != nil {
				return c, nil, fmt.Errorf("%s: %w", file, err)
			}
			if c.NodeMeta == nil {
				c.NodeMeta = map[string]string{}
			}
			for key, value := range meta {
				if c.NodeMeta[key] == "" {
					c.NodeMeta[key] = value
				}
			}
			if c.Service != nil {
				services = append(services, c.Service.ID)
				c.Service = nil
			}
		}
	}
	if c.Refused {
		return c, nil, fmt.Errorf("told to refuse its configuration")
	}
	return c, services, nil
}

type agent struct {
	folders     []string
	mu          sync.Mutex
	services    []string
	maintenance map[string]string
}

func (a *agent) handler() http.Handler {
	mux := http.NewServeMux()
	say := func(pattern string, answer func(*http.Request) any) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			a.mu.Lock()
			defer a.mu.Unlock()
			_ = json.NewEncoder(w).Encode(answer(r))
		})
	}
	say("GET /v1/status/leader", func(*http.Request) any { return "127.0.0.1:8300" })
	say("GET /v1/agent/self", func(*http.Request) any { return map[string]any{} })
	say("GET /v1/agent/services", func(*http.Request) any { return a.services })
	say("PUT /v1/agent/reload", func(*http.Request) any {
		if _, services, err := read(a.folders); err == nil {
			a.services = services
		}
		return nil
	})
	say("PUT /v1/agent/leave", func(*http.Request) any {
		time.AfterFunc(10*time.Millisecond, func() { os.Exit(0) })
		return nil
	})
	say("GET /v1/agent/checks", func(*http.Request) any {
		checks := map[string]any{}
		for id, reason := range a.maintenance {
			checks["_service_maintenance:"+id] = map[string]string{"ServiceID": id, "Notes": reason}
		}
		return checks
	})
	say("PUT /v1/agent/service/maintenance/{id}", func(r *http.Request) any {
		maps.DeleteFunc(a.maintenance, func(id, _ string) bool { return id == r.PathValue("id") })
		if strings.EqualFold(r.URL.Query().Get("enable"), "true") {
			a.maintenance[r.PathValue("id")] = r.URL.Query().Get("reason")
		}
		return nil
	})
	return mux
}
