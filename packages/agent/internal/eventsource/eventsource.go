// Package eventsource makes a service known to the event log, so that its entries show their text (S0-37).
package eventsource

import "context"

// Sources are the event log's sources, as far as one service's go.
type Sources interface {
	// Owned are the sources that were registered for a service.
	Owned(ctx context.Context, service string) ([]string, error)
	// Complete tells whether [Sources.Replace] would change nothing.
	Complete(ctx context.Context, service string, sources []string) (bool, error)
	// Replace makes the sources of a service exactly these; none removes them all. A source that another program
	// registered is as good and is left alone.
	Replace(ctx context.Context, service string, sources []string) error
}
