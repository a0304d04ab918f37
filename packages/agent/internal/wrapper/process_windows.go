package wrapper

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// running is a program and, as its job, everything that it started.
type running struct {
	pid uint32
	job windows.Handle
	// ownConsole is true for a program that doesn't share this process's console.
	ownConsole bool
	ended      chan struct{}
}

var (
	kernel            = windows.NewLazySystemDLL("kernel32.dll")
	procAttachConsole = kernel.NewProc("AttachConsole")
	procFreeConsole   = kernel.NewProc("FreeConsole")
)

// start starts the program suspended and lets it go once it is in the job: it can't start anything outside. The job ends
// all its processes when its last handle is closed, so also when this process is killed.
func start(command *exec.Cmd, isService bool) (*running, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("job: %w", err)
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		return nil, errors.Join(fmt.Errorf("job: %w", err), windows.CloseHandle(job))
	}
	// A group of its own: the stop event reaches the program and not this process.
	flags := uint32(windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED)
	if isService {
		flags |= windows.CREATE_NO_WINDOW // a service has no console to share, and only in one can a program be asked to stop
	}
	command.SysProcAttr = &syscall.SysProcAttr{CreationFlags: flags}
	if err := command.Start(); err != nil {
		return nil, errors.Join(err, windows.CloseHandle(job))
	}
	r := &running{pid: uint32(command.Process.Pid), job: job, ownConsole: isService, ended: make(chan struct{})}
	go func() {
		_ = command.Wait()
		close(r.ended)
	}()
	if err := r.release(); err != nil {
		_ = command.Process.Kill()
		<-r.ended
		return nil, errors.Join(err, windows.CloseHandle(job))
	}
	return r, nil
}

func (r *running) release() error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, r.pid)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	if err := windows.AssignProcessToJobObject(r.job, process); err != nil {
		return fmt.Errorf("into the job: %w", err)
	}
	return resume(r.pid)
}

// resume lets a fresh process go; os/exec keeps no handle of its thread. Others than its own first one may be there: an
// antivirus puts some in.
func resume(pid uint32) error {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("threads: %w", err)
	}
	defer windows.CloseHandle(snapshot)
	resumed := 0
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID != pid {
			continue
		}
		if err := resumeThread(entry.ThreadID); err != nil {
			return fmt.Errorf("thread: %w", err)
		}
		resumed++
	}
	if resumed == 0 {
		return fmt.Errorf("process %d has no thread: %w", pid, err)
	}
	return nil
}

func resumeThread(id uint32) error {
	thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, id)
	if err != nil {
		return err
	}
	defer windows.CloseHandle(thread)
	_, err = windows.ResumeThread(thread)
	return err
}

// askToStop sends Ctrl+Break: Ctrl+C is switched off in a new process group. It reaches only who shares the sender's
// console.
func (r *running) askToStop() error {
	if r.ownConsole {
		_, _, _ = procFreeConsole.Call() // a process has one console at most
		if attached, _, err := procAttachConsole.Call(uintptr(r.pid)); attached == 0 {
			return fmt.Errorf("its console: %w", err)
		}
		defer procFreeConsole.Call()
	}
	return windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, r.pid)
}

func (r *running) kill() { _ = windows.TerminateJobObject(r.job, 1) }

// sweep ends what the program left behind.
func (r *running) sweep() {
	r.kill()
	_ = windows.CloseHandle(r.job)
}

func exitCode(state *os.ProcessState) int { return state.ExitCode() }
