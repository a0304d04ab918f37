package download

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/identity"
)

const clientID = "11111111-2222-3333-4444-555555555555"

// account is a storage account with one private blob.
type account struct {
	questions atomic.Int32
	// answer is given the number of the question, beginning with 1; nil answers every authorized one with the blob.
	answer func(http.ResponseWriter, int)
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	question := int(a.questions.Add(1))
	switch {
	case r.Header.Get("Authorization") != "Bearer TOKEN" || r.Header.Get("x-ms-version") == "":
		w.Header().Set("x-ms-error-code", "PublicAccessNotPermitted")
		w.WriteHeader(http.StatusConflict)
	case a.answer != nil:
		a.answer(w, question)
	default:
		w.Write([]byte(content))
	}
}

// fetch downloads the blob with the identity; tokens is how the metadata service answers.
func fetch(t *testing.T, a *account, tokens func(question int) (string, error)) error {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	asked := 0
	client := NewClient(slog.New(slog.DiscardHandler), func(_ context.Context, id, resource string) (string, error) {
		asked++
		if id != clientID || resource != identity.StorageResource {
			t.Errorf("a token of %q for %q", id, resource)
		}
		return tokens(asked)
	})
	client.Attempts, client.FirstPause, client.Propagation = 3, 20*time.Millisecond, 2*time.Second
	source := Source{Address: server.URL + "/artifacts/orders.exe", SHA256: hash(content), IdentityClientID: clientID}
	return client.ToFile(t.Context(), source, filepath.Join(t.TempDir(), "program"))
}

func always(int) (string, error) { return "TOKEN", nil }

func TestAPrivateBlobIsDownloadedWithTheMachinesIdentity(t *testing.T) {
	a := &account{}
	if err := fetch(t, a, always); err != nil || a.questions.Load() != 1 {
		t.Errorf("%d questions, %v", a.questions.Load(), err)
	}
}

func TestARoleThatIsStillOnItsWayIsWaitedForLongerThanAFault(t *testing.T) {
	for _, status := range []int{401, 403, 404} {
		a := &account{answer: func(w http.ResponseWriter, question int) {
			if question <= 5 { // more than the three attempts that a fault gets
				w.WriteHeader(status)
				return
			}
			w.Write([]byte(content))
		}}
		if err := fetch(t, a, always); err != nil || a.questions.Load() != 6 {
			t.Errorf("%d: %d questions, %v", status, a.questions.Load(), err)
		}
	}
}

func TestARoleThatNeverComesEndsTheDownloadAndIsNamed(t *testing.T) {
	a := &account{answer: func(w http.ResponseWriter, _ int) {
		w.Header().Set("x-ms-error-code", "AuthorizationPermissionMismatch")
		w.WriteHeader(http.StatusForbidden)
	}}
	begin := time.Now()
	err := fetch(t, a, always)
	if exitcode.Of(err) != exitcode.Download || !strings.Contains(err.Error(), "403") || !strings.Contains(err.Error(), "AuthorizationPermissionMismatch") {
		t.Errorf("got %v", err)
	}
	if spent := time.Since(begin); spent > 4*time.Second {
		t.Errorf("it took %v", spent)
	}
}

func TestAMetadataServiceThatIsBusyIsAskedAgainAndARefusalIsNot(t *testing.T) {
	a := &account{}
	err := fetch(t, a, func(question int) (string, error) {
		if question <= 4 {
			return "", unavailable(t)
		}
		return "TOKEN", nil
	})
	if err != nil || a.questions.Load() != 1 {
		t.Errorf("%d questions, %v", a.questions.Load(), err)
	}
	questions := 0
	err = fetch(t, a, func(question int) (string, error) {
		questions = question
		return "", errors.New("Identity not found")
	})
	if exitcode.Of(err) != exitcode.Download || questions != 1 || !strings.Contains(err.Error(), "Identity not found") {
		t.Errorf("%d questions, %v", questions, err)
	}
}

// unavailable is what a busy metadata service makes of a question.
func unavailable(t *testing.T) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	defer server.Close()
	_, err := identity.NewSource(server.URL).Token(t.Context(), clientID, identity.StorageResource)
	return err
}

func TestATokenGoesNowhereButToTheNamedAccount(t *testing.T) {
	var strangers atomic.Int32
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { strangers.Add(1) }))
	defer stranger.Close()
	a := &account{answer: func(w http.ResponseWriter, _ int) {
		w.Header().Set("Location", stranger.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}}
	err := fetch(t, a, always)
	if exitcode.Of(err) != exitcode.Download || !strings.Contains(err.Error(), "redirect") || strangers.Load() != 0 {
		t.Errorf("%d questions at the stranger, %v", strangers.Load(), err)
	}
}

func TestATokenIsNeverSentInTheClear(t *testing.T) {
	asked := false
	client := NewClient(slog.New(slog.DiscardHandler), func(context.Context, string, string) (string, error) {
		asked = true
		return "TOKEN", nil
	})
	source := Source{Address: "http://files.example.com/orders.exe", SHA256: hash(content), IdentityClientID: clientID}
	err := client.ToFile(t.Context(), source, filepath.Join(t.TempDir(), "program"))
	if exitcode.Of(err) != exitcode.Download || !strings.Contains(err.Error(), "https") || asked {
		t.Errorf("token asked for: %t, %v", asked, err)
	}
}
