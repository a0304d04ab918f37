package identity

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const clientID = "11111111-2222-3333-4444-555555555555"

func ask(t *testing.T, handler http.HandlerFunc) (string, error) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	return NewSource(server.URL).Token(t.Context(), clientID, StorageResource)
}

func TestATokenIsAskedForAsAzureWantsIt(t *testing.T) {
	token, err := ask(t, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if r.URL.Path != "/metadata/identity/oauth2/token" || r.Header.Get("Metadata") != "true" {
			t.Errorf("asked %s with Metadata %q", r.URL.Path, r.Header.Get("Metadata"))
		}
		if query.Get("api-version") != "2018-02-01" || query.Get("resource") != "https://storage.azure.com/" || query.Get("client_id") != clientID {
			t.Errorf("asked with %v", query)
		}
		w.Write([]byte(`{"access_token":"TOKEN","expires_in":"86399","token_type":"Bearer"}`))
	})
	if err != nil || token != "TOKEN" {
		t.Errorf("got %q, %v", token, err)
	}
}

func TestRefusalsSayWhetherWaitingHelps(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
		says   string
		passes bool
	}{
		"an identity that the machine doesn't have": {400, `{"error":"invalid_request","error_description":"Identity not found"}`, "Identity not found", false},
		"an identity that is being assigned":        {404, `{"error":"not_found"}`, clientID, true},
		"a metadata service that is being updated":  {410, ``, "410", true},
		"too many questions":                        {429, ``, "429", true},
		"a fault of the service":                    {500, ``, "500", true},
		"an answer without a token":                 {200, `{}`, "no access token", false},
		"an answer that isn't JSON":                 {200, `<html>`, "no access token", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ask(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(row.status)
				w.Write([]byte(row.body))
			})
			var unavailable UnavailableError
			if err == nil || !strings.Contains(err.Error(), row.says) || errors.As(err, &unavailable) != row.passes {
				t.Errorf("got %v (%T)", err, err)
			}
		})
	}
}

func TestASilentMetadataServiceMayComeBack(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := NewSource(server.URL).Token(t.Context(), clientID, StorageResource)
	var unavailable UnavailableError
	if !errors.As(err, &unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestTheZoneIsThatOfTheMachineOrNone(t *testing.T) {
	for _, row := range []struct {
		answer, zone string
		status       int
		fails        bool
	}{
		{`{"zone": "2", "name": "web_0"}`, "2", 200, false}, {`{"zone": ""}`, "", 200, false}, {`{}`, "", 200, false},
		{`{`, "", 200, true}, {``, "", 404, true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/metadata/instance/compute" || r.Header.Get("Metadata") != "true" || r.URL.Query().Get("api-version") == "" {
				t.Errorf("asked %s", r.URL)
			}
			w.WriteHeader(row.status)
			_, _ = w.Write([]byte(row.answer))
		}))
		zone, err := NewSource(server.URL).Zone(t.Context())
		server.Close()
		if zone != row.zone || (err != nil) != row.fails {
			t.Errorf("%s: got %q, %v", row.answer, zone, err)
		}
	}
}
