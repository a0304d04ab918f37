// Package web holds what every route shares: answers, middleware, metrics and the server with its time-outs.
package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Identity says which process answered; behind a balancer that is the first question.
type Identity struct {
	Service string `json:"service"`
	Machine string `json:"machine"`
	Version string `json:"version"`
}

// Violation is one thing that is wrong with a request, and where.
type Violation struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Problem is an error answer by RFC 9457.
type Problem struct {
	Title      string      `json:"title"`
	Status     int         `json:"status"`
	Detail     string      `json:"detail,omitempty"`
	Violations []Violation `json:"violations,omitempty"`
}

// JSON answers with a value.
func JSON(w http.ResponseWriter, code int, value any) {
	write(w, code, "application/json", value)
}

// Fail answers with a problem; the title follows from the code.
func Fail(w http.ResponseWriter, code int, detail string, violations ...Violation) {
	write(w, code, "application/problem+json", Problem{
		Title: http.StatusText(code), Status: code, Detail: detail, Violations: violations,
	})
}

// write encodes before it sends, so that a value that can't be encoded becomes a 500 and not half an answer.
func write(w http.ResponseWriter, code int, contentType string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Errorf("encode %T: %w", value, err))
	}
	body = append(body, '\n')
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_, _ = w.Write(body) // the client may have gone; there is nobody left to tell
}
