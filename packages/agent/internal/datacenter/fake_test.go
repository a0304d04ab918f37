package datacenter

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/secrets/vaulttest"
)

const management = "management-token"

// consul is a leader in memory: policies, tokens, queries and values, and what it adds to them.
type consul struct {
	mu       sync.Mutex
	policies map[string]map[string]any // by id
	tokens   map[string]map[string]any // by accessor id
	queries  map[string]map[string]any // by id
	values   map[string]string
	writes   []string
	// refuse is a part of an address that answers 500; leads and autopilot are what it says of itself.
	refuse    string
	leader    string
	peers     []string
	leads     bool
	autopilot map[string]any
	snapshot  []byte
	made      int
	client    consulapi.Client
	vault     *vaulttest.Vault
}

func newConsul(t *testing.T) *consul {
	c := &consul{policies: map[string]map[string]any{}, tokens: map[string]map[string]any{}, queries: map[string]map[string]any{}, values: map[string]string{}, leads: true, vault: vaulttest.New(t)}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.client = consulapi.Client{Address: strings.TrimPrefix(server.URL, "http://"), Token: management}
	return c
}

func (c *consul) newVault() *keyvault.Client {
	client := keyvault.NewClient(slog.New(slog.DiscardHandler), c.vault.Address, identity.NewSource(c.vault.Address).Token)
	client.Attempts, client.Propagation = 1, 0
	return client
}

func (c *consul) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	if r.Header.Get("X-Consul-Token") != management {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	if c.refuse != "" && strings.Contains(path, c.refuse) {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	body, _ := io.ReadAll(r.Body)
	if r.Method != http.MethodGet {
		c.writes = append(c.writes, r.Method+" "+path)
	}
	if answer := c.answer(r.Method, path, r.URL.Query().Has("raw"), body); answer != nil {
		_, _ = w.Write(answer)
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

func (c *consul) answer(method, path string, raw bool, body []byte) []byte {
	var sent map[string]any
	_ = json.Unmarshal(body, &sent)
	say := func(value any) []byte {
		text, _ := json.Marshal(value)
		return text
	}
	id := func() string { c.made++; return fmt.Sprintf("id-%d", c.made) }
	last := path[strings.LastIndex(path, "/")+1:]
	switch {
	case path == "agent/self":
		return say(map[string]any{"Stats": map[string]any{"consul": map[string]any{"leader": fmt.Sprint(c.leads)}}})
	case path == "status/leader":
		return say(c.leader)
	case path == "status/peers":
		return say(c.peers)
	case path == "operator/autopilot/state":
		return say(c.autopilot)
	case path == "snapshot":
		return c.snapshot
	case strings.HasPrefix(path, "kv/"):
		return c.store(method, strings.TrimPrefix(path, "kv/"), raw, body, say)
	case strings.HasPrefix(path, "acl/policy/name/"):
		for _, policy := range c.policies {
			if policy["Name"] == last {
				return say(policy)
			}
		}
		return nil
	case path == "acl/token":
		sent["Hash"] = "added by Consul"
		c.tokens[sent["AccessorID"].(string)] = sent
		return say(sent)
	case path == "query" && method == http.MethodGet:
		return say(slices.Collect(maps.Values(c.queries)))
	}
	kinds := map[string]map[string]map[string]any{"acl/policy": c.policies, "acl/token": c.tokens, "query": c.queries}
	for kind, all := range kinds {
		switch {
		case path == kind:
			made := id()
			sent["ID"], sent["CreateIndex"] = made, 1
			all[made] = sent
			return say(sent)
		case strings.HasPrefix(path, kind+"/") && all[last] == nil:
			return nil
		case strings.HasPrefix(path, kind+"/") && method == http.MethodDelete:
			delete(all, last)
			return say(true)
		case strings.HasPrefix(path, kind+"/") && method == http.MethodPut:
			maps.Copy(all[last], sent)
			return say(all[last])
		case strings.HasPrefix(path, kind+"/"):
			return say(all[last])
		}
	}
	return nil
}

func (c *consul) store(method, key string, raw bool, body []byte, say func(any) []byte) []byte {
	value, there := c.values[key]
	switch {
	case method == http.MethodPut:
		c.values[key] = string(body)
		return say(true)
	case method == http.MethodDelete:
		delete(c.values, key)
		return say(true)
	case raw && there:
		return []byte(value)
	case strings.HasSuffix(key, "/"):
		var entries []map[string]string
		for name, value := range c.values {
			if strings.HasPrefix(name, key) {
				entries = append(entries, map[string]string{"Key": name, "Value": base64.StdEncoding.EncodeToString([]byte(value))})
			}
		}
		if entries == nil {
			return nil
		}
		return say(entries)
	default:
		return nil
	}
}

// written are the writes since the last question.
func (c *consul) written() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	writes := c.writes
	c.writes = nil
	return writes
}

// storage is a container in memory, with a metadata service.
type storage struct {
	mu      sync.Mutex
	blobs   map[string][]byte
	etag    int
	refuse  int
	address string
}

func newStorage(t *testing.T) *storage {
	s := &storage{blobs: map[string][]byte{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.address = server.URL
	return s
}

func (s *storage) put(name, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.etag++
	s.blobs[name] = []byte(text)
}

func (s *storage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.TrimPrefix(r.URL.Path, "/container/")
	etag := fmt.Sprintf(`"%d"`, s.etag)
	switch content, there := s.blobs[name]; {
	case s.refuse != 0:
		w.WriteHeader(s.refuse)
	case r.Header.Get("Authorization") != "Bearer blob-token" || r.Header.Get("x-ms-version") == "":
		w.WriteHeader(http.StatusForbidden)
	case r.URL.Query().Get("comp") == "list":
		var page struct {
			XMLName    xml.Name `xml:"EnumerationResults"`
			Names      []string `xml:"Blobs>Blob>Name"`
			NextMarker string
		}
		for _, name := range slices.Sorted(maps.Keys(s.blobs)) {
			if strings.HasPrefix(name, r.URL.Query().Get("prefix")) && name > r.URL.Query().Get("marker") {
				if len(page.Names) == 2 { // small pages, so that all have to be asked for
					page.NextMarker = page.Names[1]
					break
				}
				page.Names = append(page.Names, name)
			}
		}
		_ = xml.NewEncoder(w).Encode(page)
	case r.Method == http.MethodPut && r.Header.Get("x-ms-blob-type") == "BlockBlob":
		s.blobs[name], _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
	case !there:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(s.blobs, name)
		w.WriteHeader(http.StatusAccepted)
	case r.Header.Get("If-None-Match") == etag:
		w.WriteHeader(http.StatusNotModified)
	default:
		w.Header().Set("ETag", etag)
		_, _ = w.Write(content)
	}
}
