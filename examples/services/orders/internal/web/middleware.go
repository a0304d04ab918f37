package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// CloseWhile asks clients to leave while the service drains: an answer with "Connection: close" makes each of them
// connect anew, and the balancer gives the new connection to another machine.
func CloseWhile(draining func() bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if draining() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// Recover turns a panic into a 500 and a log entry with the stack. If the answer has begun, the connection is cut: a
// half answer must not pass for a whole one.
func Recover(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := record(w)
		defer func() {
			reason := recover()
			if reason == nil {
				return
			}
			if reason == http.ErrAbortHandler {
				panic(reason)
			}
			log.Error("panic while answering", "method", r.Method, "path", r.URL.Path,
				"panic", fmt.Sprint(reason), "stack", string(debug.Stack()))
			if answer.code != 0 {
				panic(http.ErrAbortHandler)
			}
			Fail(answer, http.StatusInternalServerError, "the service failed on this request; its log has the reason")
		}()
		next.ServeHTTP(answer, r)
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int64
}

// record wraps w once, however many middlewares want to know.
func record(w http.ResponseWriter) *recorder {
	if known, ok := w.(*recorder); ok {
		return known
	}
	return &recorder{ResponseWriter: w}
}

func (r *recorder) WriteHeader(code int) {
	if r.code == 0 && code >= http.StatusOK { // 1xx comes before the answer
		r.code = code
	}
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.code == 0 {
		r.code = http.StatusOK
	}
	written, err := r.ResponseWriter.Write(data)
	r.bytes += int64(written)
	return written, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
