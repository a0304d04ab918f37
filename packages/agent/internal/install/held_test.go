//go:build !windows

package install_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile/filetest"
)

func TestAnAntivirusThatScansEveryNewFileOnlySlowsAnInstallationDown(t *testing.T) {
	x := newTrial(t)
	held := &filetest.Held{For: 30 * time.Millisecond}
	t.Cleanup(atomicfile.Use(held))
	for _, version := range []string{"1.0.0", "1.1.0", "1.2.0"} {
		if err := installing(version)(x); err != nil {
			t.Fatal(err)
		}
	}
	if got := x.serving(t, "at the end"); got != "1.2.0" || held.Refused == 0 {
		t.Errorf("%q serves, %d times a file was held", got, held.Refused)
	}
	if _, err := x.Uninstall(t.Context(), "orders"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(x.Machine.ServicesFolder(), "orders")); !os.IsNotExist(err) {
		t.Errorf("left: %v", err)
	}
}
