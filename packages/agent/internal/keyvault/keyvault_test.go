package keyvault

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const (
	clientID = "11111111-2222-3333-4444-555555555555"
	value    = "hunter2-is-the-value"
)

// vault answers as the test says; the question's number begins with 1.
func vault(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, question int)) (string, *atomic.Int32) {
	t.Helper()
	var questions atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, int(questions.Add(1)))
	}))
	t.Cleanup(server.Close)
	return server.URL + "/secrets/db", &questions
}

func client(log *slog.Logger) *Client {
	c := NewClient(log, "http://127.0.0.1:1", func(context.Context, string, string) (string, error) { return "TOKEN", nil })
	c.Attempts, c.FirstPause, c.Propagation = 3, 10*time.Millisecond, 700*time.Millisecond
	return c
}

func give(w http.ResponseWriter) {
	w.Write([]byte(`{"id":"https://v.vault.azure.net/secrets/db/0123","value":"` + value + `","contentType":"text/plain","attributes":{"enabled":true,"exp":1900000000}}`))
}

func refuse(w http.ResponseWriter, status int, code, inner string) {
	w.WriteHeader(status)
	w.Write([]byte(`{"error":{"code":"` + code + `","message":"words of the vault","innererror":{"code":"` + inner + `"}}}`))
}

func TestASecretIsReadAsAzureWantsIt(t *testing.T) {
	address, _ := vault(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.Header.Get("Authorization") != "Bearer TOKEN" || r.URL.RequestURI() != "/secrets/db?api-version=7.4" {
			t.Errorf("asked %s with %q", r.URL.RequestURI(), r.Header.Get("Authorization"))
		}
		give(w)
	})
	c := client(slog.New(slog.DiscardHandler))
	asked := 0
	c.tokens = func(_ context.Context, id, resource string) (string, error) {
		asked++
		if id != clientID || resource != "https://vault.azure.net" {
			t.Errorf("a token of %s for %s", id, resource)
		}
		return "TOKEN", nil
	}
	for range 2 {
		secret, err := c.Get(t.Context(), address, clientID)
		if err != nil || secret.Value != value || secret.ContentType != "text/plain" || secret.Expires.Year() != 2030 || !secret.NotBefore.IsZero() {
			t.Errorf("got %+v, %v", secret, err)
		}
	}
	if asked != 1 {
		t.Errorf("%d tokens for one identity", asked)
	}
}

func TestRefusalsPassOrNot(t *testing.T) {
	for name, row := range map[string]struct {
		status              int
		code, inner         string
		questions           int // 0: more than a fault gets
		unavailable, passes bool
		says                string
	}{
		"a role on its way":            {403, "Forbidden", "ForbiddenByRbac", 0, true, true, "Key Vault Secrets User"},
		"a busy vault":                 {429, "Throttled", "", 3, true, true, "429"},
		"a fault":                      {503, "", "", 3, true, true, "503"},
		"a secret that isn't there":    {404, "SecretNotFound", "", 1, false, false, "isn't in the vault"},
		"a disabled secret":            {403, "Forbidden", "SecretDisabled", 1, false, false, "disabled"},
		"a token of another tenant":    {401, "Unauthorized", "", 1, false, false, "words of the vault"},
		"a redirect":                   {307, "", "", 1, false, false, "another address"},
		"an address that is no secret": {400, "BadParameter", "", 1, false, false, "400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, questions := vault(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				refuse(w, row.status, row.code, row.inner)
			})
			_, err := client(slog.New(slog.DiscardHandler)).Get(t.Context(), address, clientID)
			var unavailable UnavailableError
			if err == nil || !strings.Contains(err.Error(), row.says) || errors.As(err, &unavailable) != row.unavailable {
				t.Errorf("got %v (%T)", err, err)
			}
			if asked := int(questions.Load()); row.questions > 0 && asked != row.questions || row.questions == 0 && asked <= 3 {
				t.Errorf("asked %d times", asked)
			}
			if !row.passes {
				return
			}
			address, _ = vault(t, func(w http.ResponseWriter, _ *http.Request, question int) {
				if question == 1 {
					refuse(w, row.status, row.code, row.inner)
					return
				}
				give(w)
			})
			if secret, err := client(slog.New(slog.DiscardHandler)).Get(t.Context(), address, clientID); err != nil || secret.Value != value {
				t.Errorf("when it has passed: %v", err)
			}
		})
	}
}

func TestABusyVaultIsLeftAloneForAsLongAsItWants(t *testing.T) {
	address, _ := vault(t, func(w http.ResponseWriter, _ *http.Request, question int) {
		if question == 1 {
			w.Header().Set("Retry-After", "1")
			refuse(w, 429, "Throttled", "")
			return
		}
		give(w)
	})
	begin := time.Now()
	_, err := client(slog.New(slog.DiscardHandler)).Get(t.Context(), address, clientID)
	if spent := time.Since(begin); err != nil || spent < time.Second {
		t.Errorf("after %v: %v", spent, err)
	}
	at := time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)
	for header, want := range map[string][2]time.Duration{
		"": {0, 0}, "x": {0, 0}, "-5": {0, 0}, "7": {7 * time.Second, 7 * time.Second}, "9999": {time.Minute, time.Minute}, at: {25 * time.Second, 30 * time.Second},
	} {
		if got := retryAfter(header); got < want[0] || got > want[1] {
			t.Errorf("Retry-After %q: %v", header, got)
		}
	}
}

func TestATokenGoesToVaultsOnly(t *testing.T) {
	for address, resource := range map[string]string{
		"https://v.vault.azure.net/secrets/a":             "https://vault.azure.net",
		"https://V.VAULT.AZURE.NET/secrets/a":             "https://vault.azure.net",
		"https://v.vault.azure.cn/secrets/a":              "https://vault.azure.cn",
		"https://v.vault.usgovcloudapi.net/secrets/a":     "https://vault.usgovcloudapi.net",
		"http://v.vault.azure.net/secrets/a":              "",
		"https://v.vault.azure.net.example.com/secrets/a": "",
		"https://vault.azure.net/secrets/a":               "",
		"https://.vault.azure.net/secrets/a":              "",
		"https://xvault.azure.net/secrets/a":              "",
		"https://v.vault.azure.net:8443/secrets/a":        "",
		"https://user@v.vault.azure.net/secrets/a":        "",
		"http://127.0.0.1:1/secrets/a":                    "",
		"http://[::1]:1/secrets/a":                        "",
	} {
		asked := ""
		c := NewClient(slog.New(slog.DiscardHandler), "http://169.254.169.254", func(_ context.Context, _, resource string) (string, error) {
			asked = resource
			return "", errors.New("no token")
		})
		_, err := c.Get(t.Context(), address, clientID)
		if err == nil || asked != resource {
			t.Errorf("%s: a token for %q, want %q (%v)", address, asked, resource, err)
		}
	}
}

func TestNoValueIsLoggedOrPutIntoAnError(t *testing.T) {
	var log strings.Builder
	for _, body := range []string{value, `"` + value, `{"value":{"` + value + `":1}}`, `{"value":"` + value + `","attributes":{"enabled":false}}`} {
		address, _ := vault(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.Write([]byte(body)) })
		_, err := client(slog.New(slog.NewTextHandler(&log, nil))).Get(t.Context(), address, clientID)
		if err == nil || strings.Contains(err.Error()+log.String(), value) {
			t.Errorf("%s: got %v and logged %s", body, err, log.String())
		}
	}
}
