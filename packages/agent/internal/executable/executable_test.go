package executable

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// compile builds a trivial program for a platform.
func compile(t *testing.T, goos, arch string, flags ...string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"main.go": "package main\nfunc main() {}\n", "go.mod": "module tiny\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output := filepath.Join(folder, "program")
	command := exec.Command("go", append(append([]string{"build", "-o", output}, flags...), ".")...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+arch, "CGO_ENABLED=0")
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return output
}

func TestCheck(t *testing.T) {
	windows, linux := compile(t, "windows", "amd64"), compile(t, "linux", "amd64")
	gui := compile(t, "windows", "amd64", "-ldflags=-H windowsgui")
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("<html>not found</html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, path, os, arch, says string }{
		{"a Windows program", windows, "windows", "amd64", ""},
		{"a Linux program", linux, "linux", "amd64", ""},
		{"a Linux program on Windows", linux, "windows", "amd64", "no PE header"},
		{"a Windows program on Linux", windows, "linux", "amd64", "no ELF header"},
		{"another processor on Windows", windows, "windows", "arm64", "machine type is 0x8664"},
		{"another processor on Linux", linux, "linux", "arm64", "machine type is EM_X86_64"},
		{"a program without a console", gui, "windows", "amd64", "without -H windowsgui"},
		{"an error page", text, "windows", "amd64", "no PE header"},
		{"an empty file", empty, "linux", "amd64", "no ELF header"},
		{"an unknown platform", linux, "plan9", "amd64", "can't be checked"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := Check(row.path, row.os, row.arch)
			if row.says == "" && err != nil {
				t.Error(err)
			}
			if row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
				t.Errorf("got %v, want %q", err, row.says)
			}
		})
	}
}
