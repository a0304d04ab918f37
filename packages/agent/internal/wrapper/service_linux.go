package wrapper

import "context"

// Serve runs the program under the stand-in of the service control manager, which asks for the end by a signal as a
// console does.
func (p Program) Serve(ctx context.Context) (End, error) { return p.live(ctx) }
