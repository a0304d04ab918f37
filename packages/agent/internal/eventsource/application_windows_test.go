package eventsource

import (
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc/eventlog"
)

// The contract on the event log of this machine. It needs an administrator.
func TestTheApplicationLogKeepsTheContract(t *testing.T) {
	if !windows.GetCurrentProcessToken().IsElevated() {
		t.Fatal("run this test as an administrator")
	}
	contract(t, Application{}, fmt.Sprintf("windows-ha-test-%d", os.Getpid()))
}

func TestASourceOfAnotherProgramIsLeftAlone(t *testing.T) {
	source := fmt.Sprintf("windows-ha-test-foreign-%d", os.Getpid())
	if err := eventlog.InstallAsEventCreate(source, eventlog.Error); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = eventlog.Remove(source) })
	for _, sources := range [][]string{{source}, nil} {
		if err := (Application{}).Replace(t.Context(), "orders", sources); err != nil {
			t.Fatal(err)
		}
		if complete, err := (Application{}).Complete(t.Context(), "orders", sources); err != nil || !complete {
			t.Errorf("%q isn't complete: %v", sources, err)
		}
		key, err := registry.OpenKey(registry.LOCAL_MACHINE, applicationKey+`\`+source, registry.QUERY_VALUE)
		if err != nil {
			t.Fatalf("it was removed: %v", err)
		}
		if types, _, err := key.GetIntegerValue("TypesSupported"); err != nil || types != eventlog.Error {
			t.Errorf("it was changed: %d, %v", types, err)
		}
		key.Close()
	}
}
