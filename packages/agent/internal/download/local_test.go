package download

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

func TestAFileOfThisMachineIsTakenAndItsHashChecked(t *testing.T) {
	folder := t.TempDir()
	source := filepath.Join(folder, "a b.exe")
	if err := os.WriteFile(source, []byte("program"), 0o600); err != nil {
		t.Fatal(err)
	}
	const other = "b8a3e4ac5a0dcaab4ee3b1aa7a2a1f5b1a1d6e6d6a7b7c6d2a6d2b1f7f5e6c4d"
	client := NewClient(slog.New(slog.DiscardHandler), nil)
	address := "file://" + filepath.ToSlash(filepath.Join(folder, "a%20b.exe"))
	target := filepath.Join(folder, "copy.exe")

	err := client.ToFile(t.Context(), Source{Address: address, SHA256: other}, target)
	if exitcode.Of(err) != exitcode.Download || !strings.Contains(err.Error(), "declared "+other) {
		t.Fatalf("a file with another hash: %v", err)
	}
	if err := client.ToFile(t.Context(), Source{Address: address, SHA256: hash("program")}, target); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(target); string(content) != "program" {
		t.Errorf("content: %q", content)
	}
}

func TestAMissingFileFailsAtOnce(t *testing.T) {
	client := NewClient(slog.New(slog.DiscardHandler), nil)
	folder := t.TempDir()
	missing := filepath.ToSlash(filepath.Join(folder, "missing.exe"))
	err := client.ToFile(t.Context(), Source{Address: "file://" + missing, SHA256: hash("")}, filepath.Join(folder, "copy.exe"))
	if exitcode.Of(err) != exitcode.Download || !strings.Contains(err.Error(), "missing.exe") {
		t.Fatal(err)
	}
}

func TestADriveLosesItsSlash(t *testing.T) {
	if path, local := localPath("file:///C:/ProgramData/orders.exe"); !local || filepath.ToSlash(path) != "C:/ProgramData/orders.exe" {
		t.Errorf("path %q, local %t", path, local)
	}
}

func TestAShareKeepsItsServer(t *testing.T) {
	for address, want := range map[string]string{
		"file://files.example.com/deploy/a%20b.exe":  "//files.example.com/deploy/a b.exe",
		`file:\\files.example.com\deploy\orders.exe`: `\\files.example.com\deploy\orders.exe`,
		"file://localhost/deploy/orders.exe":         "/deploy/orders.exe",
	} {
		if path, local := localPath(address); !local || path != filepath.FromSlash(want) {
			t.Errorf("%s: path %q, local %t, want %q", address, path, local, want)
		}
	}
}

func TestAnAddressWithoutSlashCountsFromTheAgentsFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a b.exe", []byte("program"), 0o600); err != nil {
		t.Fatal(err)
	}
	client := NewClient(slog.New(slog.DiscardHandler), nil)
	if err := client.ToFile(t.Context(), Source{Address: "file:a%20b.exe", SHA256: hash("program")}, "copy.exe"); err != nil {
		t.Fatal(err)
	}
}
