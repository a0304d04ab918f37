//go:build linux

package scm

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/logrotate"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// systemEnvironment is what a service sees of the machine's own environment. It is short, because a Windows service
// doesn't inherit its installer's environment either.
var systemEnvironment = []string{"PATH", "HOME", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"}

// process is a running program and, as its process group, everything that it started.
type process struct {
	pid  int
	done chan struct{} // closed when the process has gone and its exit was handled
}

func (p *process) askToStop() { _ = syscall.Kill(p.pid, syscall.SIGTERM) }
func (p *process) kill()      { _ = syscall.Kill(-p.pid, syscall.SIGKILL) }

// launcher starts programs from one OS thread that lives as long as the manager. The kernel sends a child its
// "parent died" signal when the thread ends that started it, not the process: with Go's scheduler, starting from any
// other thread would kill services at random.
type launcher struct{ jobs chan func() }

func newLauncher() *launcher {
	l := &launcher{jobs: make(chan func())}
	go func() {
		runtime.LockOSThread()
		for job := range l.jobs {
			job()
		}
	}()
	return l
}

func (l *launcher) close() { close(l.jobs) }

// start runs the program in a process group of its own, with its output in the service's log, and calls ended with
// the exit code (-1 for a signal) when it has gone. The process dies with the manager, as services do in a power cut.
func (l *launcher) start(m machine.Machine, name string, program service.Program, ended func(code int)) (*process, error) {
	log := logrotate.Open(filepath.Join(m.LogsFolder(), name+".log"), spec.LogLimits(filepath.Dir(program.Path)))
	output, copied, err := log.Pipe()
	if err != nil {
		return nil, err
	}
	defer output.Close()
	command := exec.Command(program.Path, program.Arguments...)
	command.Dir = m.RunFolder() // as on Windows, not the folder of the program
	command.Env = append(inherited(name), program.Environment...)
	command.Stdout, command.Stderr = output, output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}

	started := make(chan error)
	l.jobs <- func() { started <- command.Start() }
	if err := <-started; err != nil {
		return nil, err
	}
	p := &process{pid: command.Process.Pid, done: make(chan struct{})}
	go func() {
		_ = command.Wait()
		p.kill() // what the program started and left behind
		select {
		case <-copied:
		case <-time.After(outputTimeout): // what left the process group may print for ever
		}
		_ = log.Close()
		ended(command.ProcessState.ExitCode())
		close(p.done)
	}()
	return p, nil
}

// outputTimeout is how long the last words of a process may take to reach its log.
const outputTimeout = time.Second

// machineEnvironment tells several machines of one computer apart; the last two are for tests. Only the agent's own service
// sees it.
var machineEnvironment = []string{"WINDOWS_HA_ROOT", "WINDOWS_HA_HOST_ADDRESS", "WINDOWS_HA_METADATA_ADDRESS", "COMPUTERNAME", "WINDOWS_HA_CONSUL_SILENCE", "WINDOWS_HA_CONSUL_RENEWAL"}

func inherited(name string) []string {
	visible := systemEnvironment
	if name == machine.AgentService {
		visible = slices.Concat(systemEnvironment, machineEnvironment)
	}
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return !slices.ContainsFunc(visible, func(name string) bool {
			return len(variable) > len(name) && variable[:len(name)+1] == name+"="
		})
	})
}
