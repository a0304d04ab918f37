package winscm

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/windows"

	"github.com/windows-ha/windows-ha/packages/agent/internal/buildtest"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
)

// The contract on the service control manager of this machine. It creates and removes real services, so it needs an
// administrator.
func TestManagerKeepsTheContract(t *testing.T) {
	if !windows.GetCurrentProcessToken().IsElevated() {
		t.Fatal("run this test as an administrator")
	}
	// Not the user's own temporary folder: a service's account can't read that.
	folder, err := os.MkdirTemp(os.Getenv("ProgramData"), "windows-ha-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	program, err := buildtest.Program(folder, "internal/testservice")
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	servicetest.Run(t, func(*testing.T) servicetest.Subject {
		number++
		return servicetest.Subject{
			Manager: Manager{},
			Name:    fmt.Sprintf("windows-ha-test-%d-%d", os.Getpid(), number),
			Program: program,
			Lacks:   lacks,
		}
	})
}

func TestTheProgramIsAlwaysQuoted(t *testing.T) {
	for _, row := range []struct {
		program service.Program
		want    string
	}{
		{service.Program{Path: `C:\orders.exe`}, `"C:\orders.exe"`},
		{service.Program{Path: `C:\Program Files\orders.exe`, Arguments: []string{"a", "b c", `"`, ""}}, `"C:\Program Files\orders.exe" a "b c" \" ""`},
		{service.Program{Path: `C:\orders.exe`, Arguments: []string{`--greeting="good day"`, `C:\my data\`}}, `"C:\orders.exe" "--greeting=\"good day\"" "C:\my data\\"`},
	} {
		if got := imagePath(row.program); got != row.want {
			t.Errorf("got %s, want %s", got, row.want)
		}
		words, err := windows.DecomposeCommandLine(row.want)
		if err != nil || !slices.Equal(words, append([]string{row.program.Path}, row.program.Arguments...)) {
			t.Errorf("%s is read as %q, %v", row.want, words, err)
		}
	}
}
