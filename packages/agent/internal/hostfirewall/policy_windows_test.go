package hostfirewall

import (
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// The contract on the firewall of this machine. It needs an administrator.
func TestWindowsKeepsTheContract(t *testing.T) {
	if !windows.GetCurrentProcessToken().IsElevated() {
		t.Fatal("run this test as an administrator")
	}
	begin := time.Now()
	contract(t, Windows{}, fmt.Sprintf("windows-ha-test-%d", os.Getpid()))
	t.Logf("24 looks through all rules took %v", time.Since(begin))
}
