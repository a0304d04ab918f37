package hostfirewall

import (
	"context"
	"path/filepath"
	"testing"
)

// contract is what every firewall keeps.
func contract(t *testing.T, f Firewall, service string) {
	t.Cleanup(func() {
		if err := f.Replace(context.Background(), service, nil); err != nil {
			t.Error(err)
		}
	})
	metrics := Rule{Name: "metrics", Protocol: "Udp", Port: 9100, Sources: []string{"192.0.2.7", "10.0.0.0/8"}}
	for _, wanted := range [][]Rule{
		nil,
		rule(),
		rule(), // again
		append(rule("10.20.0.0/16"), metrics),
		{metrics},
		rule("168.63.129.16", "10.0.0.0/255.0.0.0"),
		nil,
		nil,
	} {
		if err := f.Replace(t.Context(), service, wanted); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Rules(t.Context(), service); err != nil || !Same(got, wanted) {
			t.Fatalf("got %+v, %v, want %+v", got, err, wanted)
		}
		if got, err := f.Rules(t.Context(), service+"-other"); err != nil || len(got) > 0 {
			t.Fatalf("another service has %+v, %v", got, err)
		}
	}
}

func TestTheRecorderKeepsTheContract(t *testing.T) {
	contract(t, Recorder{filepath.Join(t.TempDir(), "firewall")}, "orders")
}
