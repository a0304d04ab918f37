// Package nrpt has a machine ask Consul on it for names of Consul's domain: by a rule of Windows' name resolution policy
// table, which knows addresses and no ports, so that Consul answers on port 53.
package nrpt

// Table is where such rules stand.
type Table interface {
	// Ensure has the machine ask 127.0.0.1 for names below a domain, and for no other domain; an empty one for none.
	Ensure(domain string) error
}

// None is for a system without such a table.
type None struct{}

// Ensure does nothing: Linux' resolvers are set up by whoever wants names of Consul there.
func (None) Ensure(string) error { return nil }
