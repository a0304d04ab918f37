//go:build !windows

package install_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

// command is a row of the matrix: what a run does, from what to what.
type command struct {
	name string
	// before is installed when the run begins, and after when nothing fails; "" is nothing.
	before, after string
	run           func(*trial) error
	prepare       []func(*trial) error
	// fails: without any fault the run ends with this code.
	fails exitcode.Code
	// repeat brings the machine from wherever the run left it to `after`.
	repeat func(*trial) error
}

var commands = []command{
	{name: "first install", after: "1.0.0", run: installing("1.0.0")},
	{name: "first install that fails", run: func(x *trial) error {
		return second(x.Install(context.Background(), x.unhealthy("1.0.0")))
	}, fails: exitcode.FirstInstallGone, repeat: func(x *trial) error { return second(x.Uninstall(context.Background(), "orders")) }},
	{name: "upgrade", before: "1.0.0", after: "1.1.0", run: installing("1.1.0"), prepare: []func(*trial) error{installing("1.0.0")}},
	{name: "upgrade that fails", before: "1.0.0", after: "1.0.0", run: func(x *trial) error {
		return second(x.Install(context.Background(), x.unhealthy("1.1.0")))
	}, fails: exitcode.RolledBack, prepare: []func(*trial) error{installing("1.0.0")}, repeat: installing("1.0.0")},
	{name: "changed settings", before: "1.0.0", after: "1.0.0", run: func(x *trial) error {
		s := x.document("1.0.0")
		s.Service.DisplayName, s.EventSource = "Other", "other"
		return second(x.Install(context.Background(), s))
	}, prepare: []func(*trial) error{installing("1.0.0")}},
	{name: "rollback", before: "1.1.0", after: "1.0.0", run: func(x *trial) error {
		return second(x.Rollback(context.Background(), "orders", ""))
	}, prepare: []func(*trial) error{installing("1.0.0"), installing("1.1.0")}, repeat: installing("1.0.0")},
	{name: "drain", before: "1.0.0", after: "1.0.0", run: func(x *trial) error {
		return errors.Join(second(x.Drain(context.Background(), "orders")), second(x.Undrain(context.Background(), "orders")))
	}, prepare: []func(*trial) error{installing("1.0.0")}},
	{name: "uninstall", before: "1.0.0", run: func(x *trial) error {
		return second(x.Uninstall(context.Background(), "orders"))
	}, prepare: []func(*trial) error{installing("1.0.0")}},
}

var everyMoment = flag.Bool("every-moment", false, "let every call fail, not every 17th: some minutes")

func TestWhateverFailsEndsWithTheOldReleaseServingOrTheNewOne(t *testing.T) {
	stride := 17
	if *everyMoment {
		stride = 1
	}
	for row, c := range commands {
		for column, kind := range []string{anError, aCrash, aPowerCut} {
			t.Run(c.name+" with "+kind, func(t *testing.T) {
				moments := 0
				for at := (row + 3*column) % stride; c.survives(t, kind, at); at += stride {
					moments++
				}
				t.Logf("%d moments", moments)
				if moments == 0 {
					t.Error("no moment was tried")
				}
			})
		}
	}
}

// survives tries a command with a fault at the n-th moment; false when the command has ended before it.
func (c command) survives(t *testing.T, kind string, at int) bool {
	t.Helper()
	x := newTrial(t)
	for _, step := range c.prepare {
		if err := step(x); err != nil {
			t.Fatal(err)
		}
	}
	x.expect(kind, at)
	failure := x.run(t, c.run)
	if x.fault.moment == "" {
		if exitcode.Of(failure) != c.fails {
			t.Fatalf("without a fault: %v", failure)
		}
		return false
	}
	where := fmt.Sprintf("%s %d (%s): %v", kind, at, x.fault.moment, failure)
	if failure != nil && !errors.Is(failure, errCrashed) {
		c.checkCode(t, x, where, failure)
	}

	x.expect(noFault, neverFault)
	if _, err := x.Recover(t.Context()); err != nil {
		t.Errorf("%s: recover: %v", where, err)
	}
	c.checkEnd(t, x, where)
	if message, err := x.Recover(t.Context()); err != nil || !strings.Contains(message, "nothing to do") {
		t.Errorf("%s: the second recover: %s, %v", where, message, err)
	}
	repeat := c.repeat
	if repeat == nil {
		repeat = c.run
	}
	if err := repeat(x); err != nil {
		t.Errorf("%s: repeated: %v", where, err)
	}
	if got := x.serving(t, where); got != c.after {
		t.Errorf("%s: %q serves after the repetition, want %q", where, got, c.after)
	}
	x.off()
	return !t.Failed()
}

// serving is the version that runs whole, with its exposure; "" when no service is registered.
func (x *trial) serving(t *testing.T, where string) string {
	t.Helper()
	status, err := x.Fake.Query(t.Context(), "orders")
	if err != nil {
		return ""
	}
	content, err := os.ReadFile(status.Program.Path)
	if err != nil || sha256Of(content) != sha256Of(program) {
		t.Errorf("%s: the registered program is not whole: %d bytes, %v", where, len(content), err)
	}
	version, _, _ := strings.Cut(filepath.Base(filepath.Dir(status.Program.Path)), "-")
	return version
}

func (c command) checkEnd(t *testing.T, x *trial, where string) {
	t.Helper()
	version := x.serving(t, where)
	if version != c.before && version != c.after && !(c.after == "" && version == "1.0.0") {
		t.Errorf("%s: %q serves", where, version)
	}
	for _, file := range []string{x.Machine.JournalFile(), x.Machine.StagingFolder("orders")} {
		if _, err := os.Stat(file); err == nil && !strings.HasSuffix(file, "staging") {
			t.Errorf("%s: %s is left", where, file)
		}
	}
	if version == "" || c.before != "" && c.after == "" { // what is being removed needn't run any more
		return
	}
	status, err := x.Status(t.Context(), "orders")
	if err != nil || !status.Healthy {
		t.Errorf("%s: %+v, %v", where, status, err)
	}
}

// checkCode: the exit code says what serves now.
func (c command) checkCode(t *testing.T, x *trial, where string, failure error) {
	t.Helper()
	status, err := x.Fake.Query(t.Context(), "orders")
	running := err == nil && status.Running()
	version := ""
	if err == nil {
		version, _, _ = strings.Cut(filepath.Base(filepath.Dir(status.Program.Path)), "-")
	}
	right := false
	switch exitcode.Of(failure) {
	case exitcode.RolledBack:
		right = running && version == c.before
	case exitcode.FirstInstallGone:
		right = version == ""
	case exitcode.RollbackFailed:
		right = c.fails != exitcode.OK // only where the fault hits the way back
	default: // "as it was before"; an uninstall is repeated
		right = version == c.before && (running || c.before == "") || c.after == ""
	}
	if !right {
		t.Errorf("%s: exit code %d, and %q is registered (running %t)", where, exitcode.Of(failure), version, running)
	}
}
