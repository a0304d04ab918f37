package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// RequireKey lets a request through that carries the key as a bearer token. key is asked for every request, so that a
// renewed key counts at once.
func RequireKey(key func() string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		// Sums have one length: the time that the comparison takes tells nothing.
		want, got := sha256.Sum256([]byte(key())), sha256.Sum256([]byte(given))
		if !found || subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="orders"`)
			Fail(w, http.StatusUnauthorized, "this needs the service's API key as a bearer token")
			return
		}
		next.ServeHTTP(w, r)
	})
}
