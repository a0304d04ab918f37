package resident

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
)

// answerForServices has an endpoint for each service whose document asks for one, on the port that the document says.
func (r *Resident) answerForServices(ctx context.Context) {
	open := map[string]*endpoint{}
	told := map[string]EndpointStatus{}
	defer func() {
		for _, e := range open {
			e.close()
		}
	}()
	every(ctx, lookInterval, func(ctx context.Context) {
		services, err := r.Installer.Supervised(ctx)
		if err != nil {
			return // the service manager is going down, or comes up
		}
		wanted := map[string]int{}
		for _, s := range services {
			if s.Spec.Health.ByAgent() {
				wanted[s.Spec.Service.Name] = s.Spec.Health.Port
			}
		}
		for name, e := range open {
			if wanted[name] != e.port {
				e.close()
				delete(open, name)
			}
		}
		for name, port := range wanted {
			if open[name] == nil {
				open[name] = &endpoint{resident: r, name: name, port: port}
			}
			open[name].listen()
		}
		now := map[string]EndpointStatus{}
		for name, e := range open {
			now[name] = EndpointStatus{e.port, e.problem}
		}
		if !maps.Equal(now, told) {
			told = now
			r.edit(func(s *Status) { s.Endpoints = now })
		}
	})
}

// endpoint answers for one service.
type endpoint struct {
	resident *Resident
	name     string
	port     int
	server   *http.Server
	problem  string // why it doesn't listen; told once
}

// Whoever asks needs a moment; whoever doesn't must not hold the connection.
const (
	askTimeout  = 5 * time.Second
	idleTimeout = time.Minute
)

// listen opens the port, unless it is open; one that another program holds is tried again by the next call.
func (e *endpoint) listen() {
	if e.server != nil {
		return
	}
	log := e.resident.Log.With("service", e.name, "port", e.port)
	listener, err := net.Listen("tcp", e.resident.Installer.Machine.ListenAddress(e.port))
	if err != nil {
		if e.problem != err.Error() {
			log.Error("nobody can ask for the service's health: the port can't be used", "error", err.Error())
		}
		e.problem = err.Error()
		return
	}
	e.problem = ""
	e.server = &http.Server{Handler: e.handler(), ReadHeaderTimeout: askTimeout, IdleTimeout: idleTimeout}
	server := e.server
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the health endpoint has ended", "error", err.Error())
		}
	}()
	log.Info("answering for the service")
}

func (e *endpoint) close() {
	if e.server != nil {
		_ = e.server.Close()
		e.server = nil
	}
}

func (e *endpoint) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, request *http.Request) {
		answer(w, e.alive(request.Context()))
	})
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, request *http.Request) {
		if e.resident.Installer.Drained(e.name) {
			answer(w, errors.New("the service is being drained"))
			return
		}
		answer(w, e.alive(request.Context()))
	})
	return mux
}

// alive asks the service manager and the service's own port.
func (e *endpoint) alive(ctx context.Context) error {
	services, err := e.resident.Installer.Supervised(ctx)
	if err != nil {
		return err
	}
	for _, s := range services {
		if s.Spec.Service.Name == e.name {
			return e.connects(ctx, s)
		}
	}
	return errors.New("the service isn't installed")
}

func (e *endpoint) connects(ctx context.Context, s install.Supervised) error {
	switch {
	case !s.Status.Running():
		return errors.New("the service doesn't run")
	case s.Status.Paused:
		return errors.New("the service is paused, or on its way between two states")
	}
	return e.resident.Installer.Alive(ctx, s.Spec)
}

// answer is what Azure's health extension 2.0 reads, and by its status what everybody else does.
func answer(w http.ResponseWriter, problem error) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if problem == nil {
		_, _ = w.Write([]byte(`{"ApplicationHealthState":"Healthy"}`))
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
	_ = json.NewEncoder(w).Encode(struct {
		ApplicationHealthState, Problem string
	}{"Unhealthy", problem.Error()})
}
