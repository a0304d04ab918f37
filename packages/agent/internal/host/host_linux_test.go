package host

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// sleeper is a process whose program lies in a folder of its own.
func sleeper(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	program, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip(err)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(folder, "sleep")
	if err := os.WriteFile(copied, content, 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(copied, "60")
	if err := command.Start(); err != nil {
		t.Skipf("a copy of sleep doesn't run here: %v", err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	return command
}

func TestAProcessIsFoundByItsFolderAndEnded(t *testing.T) {
	folder := t.TempDir()
	command := sleeper(t, folder)
	if found, err := (Local{}).Under(folder + "-other"); err != nil || len(found) > 0 {
		t.Errorf("in another folder: %v, %v", found, err)
	}
	found, err := Local{}.Under(folder)
	if err != nil || len(found) != 1 || found[0].PID != command.Process.Pid {
		t.Fatalf("got %v, %v", found, err)
	}

	// Its number went to another process meanwhile.
	other := found[0]
	other.Started--
	if err := (Local{}).End(other); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if still, err := (Local{}).Under(folder); err != nil || len(still) != 1 {
		t.Fatalf("another process with its number was ended: %v, %v", still, err)
	}

	if err := (Local{}).End(found[0]); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if left, err := (Local{}).Under(folder); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if err := (Local{}).End(found[0]); err != nil {
		t.Errorf("one that has gone: %v", err)
	}
}

func TestWhoListensIsFound(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if holder, known := (Local{}).Listener(port); !known || holder.PID != os.Getpid() {
		t.Errorf("got %v, %t", holder, known)
	}
	listener.Close()
	if holder, known := (Local{}).Listener(port); known {
		t.Errorf("nobody listens any more, and yet %v", holder)
	}
}
