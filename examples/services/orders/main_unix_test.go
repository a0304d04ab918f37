//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play the service, so that signals and exit codes are those of a real process.
func TestMain(m *testing.M) {
	if os.Getenv("ORDERS_TEST_PLAYS_MAIN") == "1" {
		main()
	}
	os.Exit(m.Run())
}

func command(t *testing.T, environment []string, args ...string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), self, args...)
	process.Env = append([]string{"ORDERS_TEST_PLAYS_MAIN=1", "WINDOWS_HA_ADDRESS=127.0.0.1:0"}, environment...)
	stderr := &strings.Builder{}
	process.Stderr = stderr
	return process, stderr
}

// awaitLog reads entries until one has the message.
func awaitLog(t *testing.T, log *bufio.Scanner, message string) {
	t.Helper()
	for log.Scan() {
		var entry struct{ Msg string }
		if err := json.Unmarshal(log.Bytes(), &entry); err != nil {
			t.Fatalf("not JSON: %s", log.Text())
		}
		if entry.Msg == message {
			return
		}
	}
	t.Fatalf("the log ended without %q", message)
}

func TestSignalsStopTheProcessWithExitCodeZero(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			process, stderr := command(t, nil)
			stdout, err := process.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			log := bufio.NewScanner(stdout)
			awaitLog(t, log, "listening")
			if err := process.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			awaitLog(t, log, "stopped")
			if err := process.Wait(); err != nil {
				t.Errorf("%v: %s", err, stderr)
			}
		})
	}
}

func TestIgnoreStopOutlivesSIGTERM(t *testing.T) {
	process, _ := command(t, []string{"ORDERS_FAULT=ignore-stop"})
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	awaitLog(t, bufio.NewScanner(stdout), "listening")
	ended := make(chan error, 1)
	go func() { _, _ = io.Copy(io.Discard, stdout); ended <- process.Wait() }()
	_ = process.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-ended:
		t.Errorf("it stopped: %v", err)
	case <-time.After(500 * time.Millisecond):
		_ = process.Process.Kill()
		<-ended
	}
}

func TestExitCodes(t *testing.T) {
	tests := []struct {
		name        string
		environment []string
		args        []string
		code        int
		stderr      string
	}{
		{"version", nil, []string{"--version"}, 0, ""},
		{"help", nil, []string{"--help"}, 0, "-listen"},
		{"unknown flag", nil, []string{"--lisen", ":1"}, 2, "-lisen"},
		{"argument too many", nil, []string{"install"}, 2, `"install"`},
		{"bad settings", []string{"LOG_LEVEL=loud", "ORDERS_FAULT=x"}, nil, 2, "2 invalid setting(s)"},
		{"bad --listen", nil, []string{"--listen", "8080"}, 2, `--listen is "8080"`},
		{"fault exit", []string{"ORDERS_FAULT=exit"}, nil, 1, "ORDERS_FAULT=exit"},
		{"log file in no folder", []string{"LOG_FILE=/nowhere/at/all.log"}, nil, 1, "LOG_FILE"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			process, stderr := command(t, test.environment, test.args...)
			err := process.Run()
			code := 0
			if failed, ok := errors.AsType[*exec.ExitError](err); ok {
				code = failed.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if code != test.code || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("exit code %d, want %d; stderr: %s", code, test.code, stderr)
			}
		})
	}
}
