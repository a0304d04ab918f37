package host

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// Local is this machine.
type Local struct{}

var _ Host = Local{}

func (Local) Under(folder string) ([]Process, error) {
	pids, err := processes()
	if err != nil {
		return nil, fmt.Errorf("processes of the machine: %w", err)
	}
	prefix := strings.ToLower(longPath(folder)) + `\`
	var found []Process
	for pid := range pids {
		p, err := read(pid)
		if err == nil && strings.HasPrefix(strings.ToLower(p.Program), prefix) {
			found = append(found, p)
		}
	}
	return found, nil
}

// longPath is how Windows names a folder itself: without short names such as PROGRA~1.
func longPath(folder string) string {
	folder = filepath.Clean(folder)
	short, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return folder
	}
	buffer := make([]uint16, windows.MAX_LONG_PATH)
	size, err := windows.GetLongPathName(short, &buffer[0], uint32(len(buffer)))
	if err != nil || int(size) > len(buffer) {
		return folder
	}
	return windows.UTF16ToString(buffer[:size])
}

// Named are the running programs of these names, as services.msc is mmc.exe.
func Named(names ...string) []string {
	pids, err := processes()
	if err != nil {
		return nil
	}
	var found []string
	for pid, name := range pids {
		for _, wanted := range names {
			if strings.EqualFold(name, wanted) {
				found = append(found, Process{PID: int(pid), Program: name}.String())
			}
		}
	}
	return found
}

// processes are the names of all programs, by their process.
func processes() (map[uint32]string, error) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return nil, err
	}
	defer windows.CloseHandle(snapshot)
	all := map[uint32]string{}
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		all[entry.ProcessID] = windows.UTF16ToString(entry.ExeFile[:])
	}
	if !errors.Is(err, windows.ERROR_NO_MORE_FILES) {
		return nil, err
	}
	return all, nil
}

func read(pid uint32) (Process, error) {
	handle, err := OpenProcess(pid, windows.PROCESS_QUERY_LIMITED_INFORMATION)
	if err != nil {
		return Process{}, err
	}
	defer windows.CloseHandle(handle)
	buffer := make([]uint16, windows.MAX_LONG_PATH)
	size := uint32(len(buffer))
	if err := windows.QueryFullProcessImageName(handle, 0, &buffer[0], &size); err != nil {
		return Process{}, err
	}
	started, err := created(handle)
	return Process{int(pid), windows.UTF16ToString(buffer[:size]), started}, err
}

// created is the moment at which a process began, in units of 100 ns since 1601.
func created(handle windows.Handle) (uint64, error) {
	var began, exited, kernel, user windows.Filetime
	if err := windows.GetProcessTimes(handle, &began, &exited, &kernel, &user); err != nil {
		return 0, err
	}
	return uint64(began.HighDateTime)<<32 | uint64(began.LowDateTime), nil
}

func (Local) End(p Process) error {
	handle, err := OpenProcess(uint32(p.PID), windows.PROCESS_TERMINATE|windows.PROCESS_QUERY_LIMITED_INFORMATION|windows.SYNCHRONIZE)
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return nil // it has gone
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	defer windows.CloseHandle(handle)
	// While the handle is open nobody else gets the number.
	if started, err := created(handle); err != nil || started != p.Started {
		return err
	}
	if err := windows.TerminateProcess(handle, 1); err != nil {
		if event, waitErr := windows.WaitForSingleObject(handle, 0); waitErr == nil && event == windows.WAIT_OBJECT_0 {
			return nil
		}
		return fmt.Errorf("%s: %w", p, err)
	}
	const longest = 5000 // ms
	event, err := windows.WaitForSingleObject(handle, longest)
	if err == nil && event != windows.WAIT_OBJECT_0 {
		err = windows.Errno(windows.WAIT_TIMEOUT)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}

var getExtendedTCPTable = windows.NewLazySystemDLL("iphlpapi.dll").NewProc("GetExtendedTcpTable")

// ownerRows are MIB_TCPROW_OWNER_PID and MIB_TCP6ROW_OWNER_PID, in words of 32 bits.
var ownerRows = []struct{ family, words, port, pid int }{
	{windows.AF_INET, 6, 2, 5},
	{windows.AF_INET6, 14, 5, 13},
}

func (Local) Listener(port int) (Process, bool) {
	const listeners = 3 // TCP_TABLE_OWNER_PID_LISTENER
	for _, row := range ownerRows {
		var size uint32
		var table []uint32
		for {
			var first unsafe.Pointer
			if len(table) > 0 {
				first = unsafe.Pointer(&table[0])
			}
			code, _, _ := getExtendedTCPTable.Call(uintptr(first), uintptr(unsafe.Pointer(&size)), 0, uintptr(row.family), listeners, 0)
			if windows.Errno(code) != windows.ERROR_INSUFFICIENT_BUFFER {
				if code != 0 {
					table = nil
				}
				break
			}
			table = make([]uint32, size/4+1)
		}
		for n := 0; len(table) > 0 && n < int(table[0]); n++ {
			words := table[1+n*row.words:]
			big := words[row.port] & 0xffff // network byte order
			if int(big>>8|big<<8&0xff00) != port {
				continue
			}
			pid := words[row.pid]
			if pid == 0 { // nobody knows whose it is
				continue
			}
			p, err := read(pid)
			if err != nil {
				names, _ := processes()
				p = Process{PID: int(pid), Program: names[pid]}
			}
			return p, true
		}
	}
	return Process{}, false
}

// Reserved asks netsh: there is no documented call for it.
func (Local) Reserved(port int) string {
	folder, err := windows.GetSystemDirectory()
	if err != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, filepath.Join(folder, "netsh.exe"), "interface", "ipv4", "show", "excludedportrange", "protocol=tcp").Output()
	if err != nil {
		return ""
	}
	return reservedRange(string(output), port)
}

// restartSigns are what Windows and its installers leave when they wait for a restart.
var restartSigns = []struct{ reason, key, value string }{
	{"Windows components were changed", `SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending`, ""},
	{"Windows Update was installed", `SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired`, ""},
	{"files are replaced at the next start", `SYSTEM\CurrentControlSet\Control\Session Manager`, "PendingFileRenameOperations"},
	{"the machine joins a domain", `SYSTEM\CurrentControlSet\Services\Netlogon`, "JoinDomain"},
}

func (Local) PendingRestart() []string {
	var reasons []string
	for _, sign := range restartSigns {
		key, err := registry.OpenKey(registry.LOCAL_MACHINE, sign.key, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		size, _, err := key.GetValue(sign.value, nil)
		if sign.value == "" || err == nil && size > 0 {
			reasons = append(reasons, sign.reason)
		}
		key.Close()
	}
	if active, wanted := computerName("ActiveComputerName"), computerName("ComputerName"); active != wanted {
		reasons = append(reasons, fmt.Sprintf("the machine's name changes from %s to %s", active, wanted))
	}
	return reasons
}

func computerName(which string) string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Control\ComputerName\`+which, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer key.Close()
	name, _, err := key.GetStringValue("ComputerName")
	if err != nil {
		return ""
	}
	return name
}
