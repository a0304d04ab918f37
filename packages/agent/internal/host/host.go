// Package host looks at what else runs on the machine: processes that a service left behind, who holds a port, and
// whether Windows waits for a restart.
package host

import "fmt"

// Process is one process, for as long as it lives: its number alone is given to another one later.
type Process struct {
	PID int
	// Program is the path of its executable; its mere name where the path may not be read.
	Program string
	// Started tells it apart from another process with the same number.
	Started uint64
}

func (p Process) String() string {
	if p.Program == "" {
		return fmt.Sprintf("process %d", p.PID)
	}
	return fmt.Sprintf("%s (process %d)", p.Program, p.PID)
}

// Host is the machine.
type Host interface {
	// Under are the living processes whose program lies below a folder.
	Under(folder string) ([]Process, error)
	// End kills a process. One that has gone is fine, and another one that has its number by now isn't touched.
	End(p Process) error
	// Listener is the process that listens on a TCP port, where that can be told.
	Listener(port int) (Process, bool)
	// Reserved is the range of ports that the system keeps for itself around a port, such as "50000-50059"; "" for none.
	Reserved(port int) string
	// PendingRestart are the reasons why the system waits for a restart.
	PendingRestart() []string
}
