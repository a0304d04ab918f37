package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAFileIsReplacedAndNothingElseIsLeft(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "state.json")
	for _, want := range []string{"one", "two"} {
		if err := WriteJSON(path, want); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := ReadJSON(path, &got); err != nil || got != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("left %v", entries)
	}
}

func TestAWriteThatFailsLeavesTheOldTextAndNoTemporaryFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "taken")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o755); err != nil { // a folder can't be replaced by a file
		t.Fatal(err)
	}
	if err := Write(path, []byte("text")); err == nil {
		t.Fatal("no error")
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 1 {
		t.Errorf("left %v", entries)
	}
}

func TestADamagedFileIsNamedAndAMissingOneIsRecognised(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	var value any
	if err := ReadJSON(path, &value); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"a":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ReadJSON(path, &value); err == nil || !strings.Contains(err.Error(), path+" is damaged") {
		t.Errorf("damaged: %v", err)
	}
}

// refusing holds every file for ever.
type refusing struct{ Disk }

func (refusing) Rename(string, string) error { return ErrHeld }

func TestAFileThatIsNeverLetGoEndsWithASentenceThatSaysWhatToDo(t *testing.T) {
	defer func(former time.Duration) { patienceFor = former }(patienceFor)
	patienceFor = 50 * time.Millisecond
	defer Use(refusing{})()
	folder := t.TempDir()
	path := filepath.Join(folder, "state.json")
	err := Write(path, []byte("new"))
	if !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "antivirus") {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		t.Errorf("left %v", entries)
	}
}
