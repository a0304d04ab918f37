package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul/consultest"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/settings"
)

func configFile(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "configuration.json")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheReleasesConfigurationIsInForceAndShown(t *testing.T) {
	service := begin(t, settings.Settings{
		ConfigFile: configFile(t, `{"capacity": "2", "order/max-items": "1", "log/level": "debug"}`),
		Overrides:  map[string]string{"log/level": "warn"},
	})
	_, body := service.get(t, "/config")
	for _, want := range []string{`{"key":"capacity","value":"2","source":"file"}`, `{"key":"log/level","value":"warn","source":"environment"}`} {
		if !strings.Contains(body, want) {
			t.Errorf("/config lacks %s: %s", want, body)
		}
	}
	codes := []int{}
	for _, order := range []string{
		`{"customer":"Ada","items":[{"sku":"A","quantity":1}]}`,
		`{"customer":"Ada","items":[{"sku":"A","quantity":1},{"sku":"B","quantity":1}]}`,
		`{"customer":"Ada","items":[{"sku":"A","quantity":1}]}`,
		`{"customer":"Ada","items":[{"sku":"A","quantity":1}]}`,
	} {
		codes = append(codes, service.post(t, order))
	}
	if want := []int{201, 422, 201, 507}; codes[0] != want[0] || codes[1] != want[1] || codes[2] != want[2] || codes[3] != want[3] {
		t.Errorf("got %v, want %v", codes, want)
	}
	if response, _ := service.get(t, "/leader"); response.StatusCode != http.StatusNotFound {
		t.Errorf("/leader without Consul: %d", response.StatusCode)
	}
}

func (r *running) post(t *testing.T, order string) int {
	t.Helper()
	response, err := http.Post(r.url+"/orders", "application/json", strings.NewReader(order))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestAReleaseWithABadConfigurationEndsWithTheReason(t *testing.T) {
	for content, want := range map[string]string{
		`{"capacity": "none"}`: `capacity is "none", by the file; it must be a number`,
		`{"capacity": 5}`:      "no JSON object of texts",
		`capacity=5`:           "no JSON object of texts",
	} {
		err := serve(t.Context(), settings.Settings{Address: "127.0.0.1:0", ConfigFile: configFile(t, content)}, quiet, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", content, err)
		}
	}
}

func TestReadinessWaitsForTheStoreOnceAndABadValueOnlyWarns(t *testing.T) {
	store := consultest.New(t)
	store.Fault(consultest.Answer(500, "No cluster leader"))
	service := begin(t, settings.Settings{Consul: &settings.Consul{Address: store.URL, ConfigPrefix: "service/orders"}})
	code := func(path string) int {
		response, _ := service.get(t, path)
		return response.StatusCode
	}
	if ready := code("/ready"); ready != http.StatusServiceUnavailable {
		t.Errorf("ready before the store answered: %d", ready)
	}
	store.Set("service/orders/capacity", "none")
	store.Fault(nil)
	waitFor(t, "readiness", func() bool { return code("/ready") == http.StatusOK })
	if warning := code("/health/deps"); warning != http.StatusTooManyRequests {
		t.Errorf("/health/deps: %d", warning)
	}
	if _, body := service.get(t, "/config"); !strings.Contains(body, `"refused":"capacity is \"none\", by the store`) || !strings.Contains(body, `"value":"10000","source":"built in"`) {
		t.Errorf("/config: %s", body)
	}
	store.Set("service/orders/capacity", "3")
	waitFor(t, "the value", func() bool {
		_, body := service.get(t, "/config")
		return strings.Contains(body, `{"key":"capacity","value":"3","source":"store"}`) && !strings.Contains(body, "refused")
	})
}

func TestOneOfTwoServicesLeadsAndReadinessDoesNotCare(t *testing.T) {
	store := consultest.New(t)
	join := func(check string) *running {
		return begin(t, settings.Settings{Consul: &settings.Consul{Address: store.URL, LeaderCheck: check, JournalInterval: 20 * time.Millisecond}})
	}
	first := join("a")
	leads := func(r *running) bool {
		_, body := r.get(t, "/leader")
		return strings.Contains(body, `"leading":true`)
	}
	waitFor(t, "a leader", func() bool { return leads(first) })
	second := join("b")
	waitFor(t, "its successor", func() bool {
		if response, body := second.get(t, "/ready"); response.StatusCode != http.StatusOK {
			t.Fatalf("a follower isn't ready: %s", body)
		}
		first.stop()
		return leads(second)
	})
	first.ended(t)
	if sessions := store.Sessions(); sessions != 1 {
		t.Errorf("%d sessions are left", sessions)
	}
}

func TestAServiceThatStartsWithoutTheStoreServesWithWhatItSaidLast(t *testing.T) {
	folder := t.TempDir()
	store := consultest.New(t)
	store.Set("service/orders/capacity", "7")
	start := func(prefix string) *running {
		return begin(t, settings.Settings{DataFolder: folder, Consul: &settings.Consul{Address: store.URL, ConfigPrefix: prefix}})
	}
	ready := func(r *running) bool {
		response, _ := r.get(t, "/ready")
		return response.StatusCode == http.StatusOK
	}
	hasSeven := func(r *running) bool {
		_, body := r.get(t, "/config")
		return strings.Contains(body, `{"key":"capacity","value":"7","source":"store"}`)
	}
	first := start("service/orders")
	waitFor(t, "the value", func() bool { return hasSeven(first) })
	store.Set("service/orders/capacity", "none") // which is never kept
	first.stop()
	first.ended(t)

	store.Fault(consultest.Answer(500, "No cluster leader"))
	if other := start("service/other"); ready(other) || hasSeven(other) {
		t.Error("another configuration's values are in force")
	}
	second := start("service/orders")
	if !ready(second) || !hasSeven(second) {
		_, body := second.get(t, "/config")
		t.Errorf("without the store: ready %v, %s", ready(second), body)
	}
	if response, body := second.get(t, "/health/deps"); response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("nobody is warned: %d %s", response.StatusCode, body)
	}
	store.Set("service/orders/capacity", "8")
	store.Fault(nil)
	waitFor(t, "the newest value", func() bool {
		_, body := second.get(t, "/config")
		return strings.Contains(body, `{"key":"capacity","value":"8","source":"store"}`)
	})
}

func TestALastKnownStateThatIsDamagedIsNone(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "configuration-of-store.json"), []byte(`{"prefix":"service/ord`), 0o600); err != nil {
		t.Fatal(err)
	}
	store := consultest.New(t)
	store.Fault(consultest.Answer(500, "No cluster leader"))
	service := begin(t, settings.Settings{DataFolder: folder, Consul: &settings.Consul{Address: store.URL, ConfigPrefix: "service/orders"}})
	if response, _ := service.get(t, "/ready"); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready with nothing to go by: %d", response.StatusCode)
	}
}
