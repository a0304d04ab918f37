package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

const content = "the program"

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// try downloads from a handler that is given the number of the attempt, beginning with 1.
func try(t *testing.T, handler func(http.ResponseWriter, int)) (attempts int, path string, err error) {
	t.Helper()
	var count atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { handler(w, int(count.Add(1))) }))
	defer server.Close()
	client := NewClient(slog.New(slog.DiscardHandler), nil)
	client.Attempts, client.FirstPause, client.Stall = 3, time.Millisecond, 300*time.Millisecond
	path = filepath.Join(t.TempDir(), "program")
	err = client.ToFile(t.Context(), Source{Address: server.URL + "/program?sig=SECRET", SHA256: hash(content)}, path)
	if err != nil && strings.Contains(err.Error(), "SECRET") {
		t.Errorf("the error shows the address's query: %v", err)
	}
	if _, statErr := os.Stat(path); err != nil && !errors.Is(statErr, os.ErrNotExist) {
		t.Error("a failed download left a file")
	}
	return int(count.Load()), path, err
}

func TestAFileIsDownloadedAsItIs(t *testing.T) {
	_, path, err := try(t, func(w http.ResponseWriter, _ int) { w.Write([]byte(content)) })
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != content {
		t.Errorf("got %q", got)
	}
}

func TestWhatMayPassIsTriedAgain(t *testing.T) {
	hijack := func(w http.ResponseWriter, f func(net.Conn)) {
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		f(connection)
		connection.Close()
	}
	for name, fail := range map[string]func(http.ResponseWriter){
		"a server error":        func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
		"too many requests":     func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
		"a cut connection":      func(w http.ResponseWriter) { hijack(w, func(net.Conn) {}) },
		"a cut in the middle":   func(w http.ResponseWriter) { w.Header().Set("Content-Length", "11"); w.Write([]byte("the")) },
		"silence in the middle": func(w http.ResponseWriter) { hijack(w, func(net.Conn) { time.Sleep(600 * time.Millisecond) }) },
	} {
		t.Run(name, func(t *testing.T) {
			attempts, _, err := try(t, func(w http.ResponseWriter, attempt int) {
				if attempt < 3 {
					fail(w)
					return
				}
				w.Write([]byte(content))
			})
			if err != nil || attempts != 3 {
				t.Errorf("%d attempts, %v", attempts, err)
			}
		})
	}
}

func TestWhatDoesNotPassEndsTheDownload(t *testing.T) {
	for name, row := range map[string]struct {
		answer   func(http.ResponseWriter)
		attempts int
		says     string
	}{
		"not found":       {func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }, 1, "404"},
		"forbidden":       {func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) }, 1, "403"},
		"another file":    {func(w http.ResponseWriter) { w.Write([]byte("malware")) }, 1, hash("malware")},
		"a broken server": {func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }, 3, "failed 3 times"},
	} {
		t.Run(name, func(t *testing.T) {
			attempts, _, err := try(t, func(w http.ResponseWriter, _ int) { row.answer(w) })
			if exitcode.Of(err) != exitcode.Download || attempts != row.attempts || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%d attempts, exit code %d, %v", attempts, exitcode.Of(err), err)
			}
		})
	}
}

func TestAFolderThatCanNotBeWrittenIsNotTheDownloadsFault(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(content)) }))
	defer server.Close()
	err := NewClient(slog.New(slog.DiscardHandler), nil).ToFile(t.Context(), Source{Address: server.URL, SHA256: hash(content)}, filepath.Join(t.TempDir(), "missing", "program"))
	if exitcode.Of(err) != exitcode.NotPrepared {
		t.Errorf("exit code %d, %v", exitcode.Of(err), err)
	}
}

func TestAnInterruptedDownloadEndsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	begin := time.Now()
	err := NewClient(slog.New(slog.DiscardHandler), nil).ToFile(ctx, Source{Address: server.URL, SHA256: hash(content)}, filepath.Join(t.TempDir(), "program"))
	if !errors.Is(err, context.Canceled) || time.Since(begin) > 2*time.Second {
		t.Errorf("after %v: %v", time.Since(begin), err)
	}
}
