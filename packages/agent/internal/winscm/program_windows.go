package winscm

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc/mgr"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

const (
	servicesKey      = `SYSTEM\CurrentControlSet\Services\`
	environmentValue = "Environment"
)

var procRegFlushKey = advapi32.NewProc("RegFlushKey")

// imagePath always quotes the program: an unquoted path with a space lets C:\Program.exe run in its place.
func imagePath(p service.Program) string {
	line := `"` + p.Path + `"`
	for _, argument := range p.Arguments { // not ComposeCommandLine: it treats the first as a program's name
		line += " " + windows.EscapeArg(argument)
	}
	return line
}

// writeProgram is the commit of a release: the environment first, then, as the last and deciding write, one call that
// changes only ImagePath. It is read back and flushed, because the caller deletes old releases on its word.
func writeProgram(s *mgr.Service, program service.Program) error {
	if err := writeEnvironment(s.Name, program.Environment); err != nil {
		return err
	}
	path, err := windows.UTF16PtrFromString(imagePath(program))
	if err != nil {
		return err
	}
	if err := windows.ChangeServiceConfig(s.Handle, windows.SERVICE_NO_CHANGE, windows.SERVICE_NO_CHANGE,
		windows.SERVICE_NO_CHANGE, path, nil, nil, nil, nil, nil, nil); err != nil {
		return err
	}
	written, err := readProgram(s)
	if err != nil {
		return err
	}
	if !written.Equal(program) {
		return fmt.Errorf("the service control manager kept %q, wanted %q", imagePath(written), imagePath(program))
	}
	return flush(s.Name)
}

// queryConfig returns a QUERY_SERVICE_CONFIG with the texts that it points to.
func queryConfig(s *mgr.Service) ([]byte, error) {
	return grow(func(buffer []byte, needed *uint32) error {
		return windows.QueryServiceConfig(s.Handle, (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(unsafe.SliceData(buffer))), uint32(len(buffer)), needed)
	})
}

func readProgram(s *mgr.Service) (program service.Program, err error) {
	buffer, err := queryConfig(s)
	if err != nil {
		return program, err
	}
	config := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(unsafe.SliceData(buffer)))
	line := windows.UTF16PtrToString(config.BinaryPathName)
	words, err := windows.DecomposeCommandLine(line)
	if err != nil || len(words) == 0 {
		return program, fmt.Errorf("ImagePath %q can't be read: %w", line, err)
	}
	program.Path, program.Arguments = words[0], words[1:]
	program.Environment, err = readEnvironment(s.Name)
	return program, err
}

func writeEnvironment(name string, environment []string) error {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, servicesKey+name, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer key.Close()
	if len(environment) > 0 {
		return key.SetStringsValue(environmentValue, environment)
	}
	if err := key.DeleteValue(environmentValue); !errors.Is(err, registry.ErrNotExist) {
		return err
	}
	return nil
}

func readEnvironment(name string) ([]string, error) {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, servicesKey+name, registry.QUERY_VALUE)
	if err != nil {
		return nil, err
	}
	defer key.Close()
	environment, _, err := key.GetStringsValue(environmentValue)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, nil
	}
	return environment, err
}

// flush returns when the service's registration is on disk: without it Windows may lose the last seconds in a power
// cut.
func flush(name string) error {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, servicesKey+name, registry.QUERY_VALUE)
	if err != nil {
		return err
	}
	defer key.Close()
	if code, _, _ := procRegFlushKey.Call(uintptr(key)); uint32(code) != 0 {
		return fmt.Errorf("flush of the registration: %w", windows.Errno(code))
	}
	return nil
}

// grow calls a query again with the size of buffer that it asks for.
func grow(query func(buffer []byte, needed *uint32) error) ([]byte, error) {
	buffer := make([]byte, 1024)
	for {
		var needed uint32
		err := query(buffer, &needed)
		if !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) || int(needed) <= len(buffer) {
			return buffer, err
		}
		buffer = make([]byte, needed)
	}
}

func utf16Pointers(texts ...string) ([]*uint16, error) {
	pointers := make([]*uint16, len(texts))
	for i, text := range texts {
		pointer, err := windows.UTF16PtrFromString(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		pointers[i] = pointer
	}
	return pointers, nil
}
