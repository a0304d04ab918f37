// Package buildtest compiles programs for tests.
package buildtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Module is the import path of the agent's module.
const Module = "github.com/windows-ha/windows-ha/packages/agent"

// Prebuilt is the environment variable that names a folder with the programs, for a machine without Go.
const Prebuilt = "WINDOWS_HA_TEST_PROGRAMS"

// Program compiles a package of this module into a folder and returns the program's path.
func Program(folder, pkg string, flags ...string) (string, error) {
	output := filepath.Join(folder, filepath.Base(pkg))
	if runtime.GOOS == "windows" {
		output += ".exe"
	}
	if folder := os.Getenv(Prebuilt); folder != "" {
		return filepath.Join(folder, filepath.Base(output)), nil
	}
	arguments := append([]string{"build", "-buildvcs=false", "-o", output}, flags...)
	command := exec.Command("go", append(arguments, Module+"/"+strings.TrimPrefix(pkg, "/"))...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, text)
	}
	return output, nil
}

// Main runs a package's tests with one program compiled, whose path it leaves in program.
func Main(m *testing.M, pkg string, program *string) {
	folder, err := os.MkdirTemp("", "windows-ha-test-")
	if err == nil {
		*program, err = Program(folder, pkg)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}
