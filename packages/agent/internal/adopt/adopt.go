// Package adopt reads services that somebody else registered: NSSM, srvany, kardianos/service, sc.exe or an installer. It
// says what really runs behind a registration, and the declaration that stands for it.
package adopt

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// Values are those of a registry key: a text is a list of one.
type Values map[string][]string

func (v Values) text(name string) string {
	if len(v[name]) == 0 {
		return ""
	}
	return v[name][0]
}

// Found is a service as it is registered, and what runs behind it.
type Found struct {
	// Wrapper is the program that runs the real one, such as NSSM; empty for a program that is a service itself.
	Wrapper string `json:"wrapper,omitempty"`
	// Program is the real one.
	Program service.Program `json:"program"`
	// WorkingDirectory is empty where nobody chose one.
	WorkingDirectory string `json:"workingDirectory,omitempty"`
	// Output are the files that a wrapper writes what the program prints to.
	Output   []string         `json:"output,omitempty"`
	Settings service.Settings `json:"settings"`
}

// wrappers by the names of their programs; all keep the real one in the same values.
var wrappers = []struct {
	program *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`(?i)^nssm.*\.exe$|^nssm$`), "NSSM"},
	{regexp.MustCompile(`(?i)^srvany.*\.exe$|^srvany$`), "srvany"},
}

// Read finds out what runs behind a registration.
func Read(status service.Status, parameters Values) (Found, error) {
	found := Found{Program: status.Program, Settings: status.Settings}
	base := status.Program.Path[strings.LastIndexAny(status.Program.Path, `\/`)+1:]
	for _, wrapper := range wrappers {
		if !wrapper.program.MatchString(base) {
			continue
		}
		found.Wrapper = wrapper.name
		application := parameters.text("Application")
		if application == "" {
			return Found{}, fmt.Errorf("%s runs %s, but its key Parameters has no value Application: repair or remove the service", status.Program.Path, wrapper.name)
		}
		found.Program = service.Program{
			Path:        application,
			Arguments:   splitArguments(parameters.text("AppParameters")),
			Environment: environment(status.Program.Environment, parameters),
		}
		found.WorkingDirectory = parameters.text("AppDirectory")
		if !isAbsolute(application) && found.WorkingDirectory != "" {
			found.Program.Path = filepath.Join(found.WorkingDirectory, application)
		}
		for _, stream := range []string{"AppStdout", "AppStderr"} {
			if file := parameters.text(stream); file != "" && !slices.Contains(found.Output, file) {
				found.Output = append(found.Output, file)
			}
		}
	}
	return found, nil
}

// environment: AppEnvironment takes the place of all others, AppEnvironmentExtra comes on top.
func environment(registered []string, parameters Values) []string {
	all := map[string]string{}
	if len(parameters["AppEnvironment"]) == 0 {
		merge(all, registered)
	}
	merge(all, parameters["AppEnvironment"])
	merge(all, parameters["AppEnvironmentExtra"])
	var list []string
	for name, value := range all {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list
}

func merge(all map[string]string, variables []string) {
	for _, variable := range variables {
		if name, value, ok := strings.Cut(variable, "="); ok && name != "" {
			all[name] = value
		}
	}
}

func isAbsolute(path string) bool {
	return filepath.IsAbs(path) || regexp.MustCompile(`^([A-Za-z]:[\\/]|\\\\)`).MatchString(path)
}

// passwordless are accounts that can be given back: everybody else's password is known to Windows alone.
var passwordless = regexp.MustCompile(`(?i)^(|LocalSystem|NT AUTHORITY\\.+|NT SERVICE\\.+|.+\$)$`)

// shared is the program of services that share a process.
var shared = regexp.MustCompile(`(?i)(^|[\\/])svchost(\.exe)?$`)

// Obstacle says why a registration could not be brought back once it was changed; empty when it could.
func Obstacle(status service.Status, exists func(path string) bool) string {
	program, account := status.Program, status.Settings.Account
	switch {
	case !status.Running():
		return "it doesn't run, so nobody could tell whether it was brought back: start it first"
	case shared.MatchString(program.Path):
		return fmt.Sprintf("it is a part of Windows: it shares the process %s with others", program.Path)
	case !passwordless.MatchString(account):
		return fmt.Sprintf("it runs as %s, whose password the agent can't give back: give the service an account without one first, such as NT SERVICE\\<name>", account)
	case strings.Contains(program.Path, "%"):
		return fmt.Sprintf("its program is %s: write the path without variables first, for example with `sc.exe config`", program.Path)
	case !exists(program.Path):
		return fmt.Sprintf("its program %s doesn't exist: where the path holds blanks, put it in quotation marks first, for example with `sc.exe config`", program.Path)
	}
	return ""
}
