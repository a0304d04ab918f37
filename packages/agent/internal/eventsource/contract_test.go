package eventsource

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
)

// contract is what every event log keeps.
func contract(t *testing.T, log Sources, service string) {
	t.Cleanup(func() {
		if err := log.Replace(context.Background(), service, nil); err != nil {
			t.Error(err)
		}
	})
	one, two := service+" one", service+" two"
	for _, wanted := range [][]string{nil, {one}, {one}, {one, two}, {two}, nil, nil} {
		if err := log.Replace(t.Context(), service, wanted); err != nil {
			t.Fatal(err)
		}
		if complete, err := log.Complete(t.Context(), service, wanted); err != nil || !complete {
			t.Fatalf("%q isn't complete: %v", wanted, err)
		}
		if complete, err := log.Complete(t.Context(), service, append([]string{service + " three"}, wanted...)); err != nil || complete {
			t.Fatalf("%q is complete with one more: %v", wanted, err)
		}
		if got, err := log.Owned(t.Context(), service); err != nil || !slices.Equal(got, wanted) {
			t.Fatalf("got %q, %v, want %q", got, err, wanted)
		}
		if got, err := log.Owned(t.Context(), service+"-other"); err != nil || len(got) > 0 {
			t.Fatalf("another service has %q, %v", got, err)
		}
	}
}

func TestTheRecorderKeepsTheContract(t *testing.T) {
	contract(t, Recorder{filepath.Join(t.TempDir(), "sources")}, "orders")
}
