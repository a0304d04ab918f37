// Package consultest plays the part of Consul's HTTP API that this service uses, with the faults that the real one shows
// seldom.
package consultest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
)

// Server is a datacenter of one.
type Server struct {
	*httptest.Server

	mu       sync.Mutex
	changed  chan struct{} // closed by the next change
	index    uint64
	entries  map[string]consul.Entry
	sessions map[string]*session
	// closed are locks that nobody gets before that time.
	closed map[string]time.Time
	fault  func(http.ResponseWriter, *http.Request) bool
	asked  []string
}

type session struct {
	ID        string
	LockDelay time.Duration
	check     string
}

// New starts one that ends with the test.
func New(t *testing.T) *Server {
	s := &Server{changed: make(chan struct{}), index: 10, entries: map[string]consul.Entry{}, sessions: map[string]*session{}, closed: map[string]time.Time{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s
}

// Client asks it without a token.
func (s *Server) Client(t *testing.T) *consul.Client {
	t.Helper()
	client, err := consul.New(s.URL, func() string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Fault answers in its place whenever fault returns true; nil ends that.
func (s *Server) Fault(fault func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
	s.wake()
}

// Answer is a fault that gives one answer to everything.
func Answer(code int, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
		return true
	}
}

// Set changes a value.
func (s *Server) Set(key, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(key, value, s.entries[key].Session)
}

// Delete removes a key.
func (s *Server) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.entries, key)
	s.index++
	s.wake()
}

// Rewind sets the index, as a restored snapshot does.
func (s *Server) Rewind(index uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index = index
	s.wake()
}

// Fail ends the sessions that hang on a check, as Consul does when it is critical.
func (s *Server) Fail(check string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, found := range s.sessions {
		if found.check == check {
			s.end(id, found.LockDelay)
		}
	}
}

// Value of a key; empty when there is none.
func (s *Server) Value(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.entries[key].Value)
}

// Sessions tells how many there are.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Index is that of the newest state.
func (s *Server) Index() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.index
}

// Asked are the requests so far.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *Server) put(key, value, holder string) {
	s.index++
	entry := s.entries[key]
	if holder != "" && entry.Session != holder {
		entry.LockIndex++
	}
	entry.Key, entry.Value, entry.ModifyIndex, entry.Session = key, []byte(value), s.index, holder
	s.entries[key] = entry
	s.wake()
}

func (s *Server) end(id string, delay time.Duration) {
	delete(s.sessions, id)
	for key, entry := range s.entries {
		if entry.Session == id {
			s.closed[key] = time.Now().Add(delay)
			s.put(key, string(entry.Value), "")
		}
	}
	s.index++
	s.wake()
}

func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.RequestURI())
	if s.fault != nil && s.fault(w, r) {
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	switch {
	case strings.HasPrefix(path, "kv/") && r.Method == http.MethodGet:
		s.read(w, r, strings.TrimPrefix(path, "kv/"))
	case strings.HasPrefix(path, "kv/"):
		s.write(w, r, strings.TrimPrefix(path, "kv/"))
	case path == "session/create":
		s.create(w, r)
	case strings.HasPrefix(path, "session/info/"):
		found := []consul.Holder{}
		if known := s.sessions[strings.TrimPrefix(path, "session/info/")]; known != nil {
			found = append(found, consul.Holder{ID: known.ID, Node: nodeOf(known.check)})
		}
		answer(w, found)
	case strings.HasPrefix(path, "session/destroy/"):
		id := strings.TrimPrefix(path, "session/destroy/")
		if known := s.sessions[id]; known != nil {
			s.end(id, known.LockDelay)
		}
		answer(w, true)
	default:
		http.Error(w, "no such path: "+path, http.StatusNotFound)
	}
}

// read waits as Consul does: until the index is beyond the one that was given, or the time is over.
func (s *Server) read(w http.ResponseWriter, r *http.Request, key string) {
	query := r.URL.Query()
	index, _ := strconv.ParseUint(query.Get("index"), 10, 64)
	wait, _ := time.ParseDuration(query.Get("wait"))
	for end := time.Now().Add(wait); index > 0 && s.index <= index && time.Now().Before(end) && s.fault == nil; {
		if s.index < index { // another history: Consul answers at once
			break
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-r.Context().Done():
		case <-time.After(time.Until(end)):
		}
		s.mu.Lock()
	}
	if s.fault != nil && s.fault(w, r) {
		return
	}
	found := []consul.Entry{}
	for name, entry := range s.entries {
		if name == key || query.Has("recurse") && strings.HasPrefix(name, key) {
			found = append(found, entry)
		}
	}
	w.Header().Set("X-Consul-Index", fmt.Sprint(s.index))
	if len(found) == 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	answer(w, found)
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, key string) {
	body, _ := io.ReadAll(r.Body)
	query, entry := r.URL.Query(), s.entries[key]
	switch {
	case query.Has("cas"):
		expected, _ := strconv.ParseUint(query.Get("cas"), 10, 64)
		if entry.ModifyIndex != expected {
			answer(w, false)
			return
		}
		s.put(key, string(body), entry.Session)
	case query.Has("acquire"):
		id := query.Get("acquire")
		if s.sessions[id] == nil {
			http.Error(w, fmt.Sprintf("rpc error making call: invalid session %q", id), http.StatusInternalServerError)
			return
		}
		if entry.Session != "" && entry.Session != id || time.Now().Before(s.closed[key]) {
			answer(w, false)
			return
		}
		s.put(key, string(body), id)
	case query.Has("release"):
		if entry.Session != query.Get("release") {
			answer(w, false)
			return
		}
		s.put(key, string(body), "")
	}
	answer(w, true)
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	var body struct {
		LockDelay     string
		ServiceChecks []struct{ ID string }
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.index++
	created := &session{ID: fmt.Sprintf("session-%d", s.index)}
	created.LockDelay, _ = time.ParseDuration(body.LockDelay)
	for _, check := range body.ServiceChecks {
		created.check = check.ID
	}
	s.sessions[created.ID] = created
	answer(w, created)
}

// nodeOf takes each check for one of a machine of its own.
func nodeOf(check string) string { return "node of " + check }

func answer(w http.ResponseWriter, value any) {
	_ = json.NewEncoder(w).Encode(value)
}
