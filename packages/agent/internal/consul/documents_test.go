package consul

import (
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// What is open to others than the machine itself has an address of its own, which several machines on one computer have
// to change with the others.
func TestSeveralMachinesOnOneComputerAnswerEachOnItsOwnAddress(t *testing.T) {
	b := newBench(t)
	open := installation{Wanted: Wanted{Consul: &spec.Consul{Configuration: map[string]any{
		"addresses": map[string]any{"https": "10.20.4.4", "grpc_tls": "10.20.4.4"},
	}}}}
	closed := installation{Wanted: Wanted{Consul: &spec.Consul{Configuration: map[string]any{}}}}

	if document := b.machineDocument(open, "folder"); document["addresses"] != nil || document["bind_addr"] != nil {
		t.Errorf("a computer that is the machine has other addresses than declared: %v", document)
	}
	b.Machine.HostAddress = "127.9.0.4"
	addresses, _ := b.machineDocument(open, "folder")["addresses"].(map[string]any)
	if addresses["https"] != "127.9.0.4" || addresses["grpc_tls"] != "127.9.0.4" || len(addresses) != 2 {
		t.Errorf("got %v", addresses)
	}
	if document := b.machineDocument(closed, "folder"); document["addresses"] != nil {
		t.Errorf("something is open that nobody declared: %v", document["addresses"])
	}
}
