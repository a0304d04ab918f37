package winstate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service/servicetest"
)

// refusing is a manager that answers with a code for a while, whatever it is asked.
func refusing(code Code, lasts time.Duration) Patient {
	until := time.Now().Add(lasts)
	return Patient{Manager: servicetest.Watched{Manager: &servicetest.Fake{}, Watch: func(moment string) error {
		if strings.HasPrefix(moment, "before ") && time.Now().Before(until) {
			return fmt.Errorf("service orders: %w", code)
		}
		return nil
	}}, Pause: 250 * time.Millisecond}
}

func create(ctx context.Context, p Patient) error {
	return p.Create(ctx, "orders", service.Settings{}, service.Program{Path: "/orders"})
}

func TestAStateThatPassesIsWaitedForAndEveryOtherIsToldAtOnce(t *testing.T) {
	for _, state := range Table {
		t.Run(state.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				err := create(t.Context(), refusing(state.Code, state.Wait/2))
				if err != nil {
					t.Errorf("it passed after %v, and yet: %v", state.Wait/2, err)
				}
				begin = time.Now()
				err = create(t.Context(), refusing(state.Code, time.Hour))
				if !errors.Is(err, state.Code) || !strings.Contains(err.Error(), state.Do) || !strings.Contains(err.Error(), state.Name) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(begin); took < state.Wait || took > state.Wait+time.Second {
					t.Errorf("waited %v, want %v", took, state.Wait)
				}
				if state.Exit != exitcode.OK && exitcode.Of(err) != state.Exit {
					t.Errorf("exit code %d, want %d", exitcode.Of(err), state.Exit)
				}
			})
		})
	}
}

func TestEveryCallIsPatient(t *testing.T) {
	for name, call := range map[string]func(context.Context, Patient) error{
		"query":       func(ctx context.Context, p Patient) error { _, err := p.Query(ctx, "orders"); return err },
		"configure":   func(ctx context.Context, p Patient) error { return p.Configure(ctx, "orders", service.Settings{}) },
		"set program": func(ctx context.Context, p Patient) error { return p.SetProgram(ctx, "orders", service.Program{}) },
		"start":       func(ctx context.Context, p Patient) error { return p.Start(ctx, "orders") },
		"stop":        func(ctx context.Context, p Patient) error { return p.Stop(ctx, "orders") },
		"kill":        func(ctx context.Context, p Patient) error { return p.Kill(ctx, "orders") },
		"delete":      func(ctx context.Context, p Patient) error { return p.Delete(ctx, "orders") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := refusing(DatabaseLocked, 0)
				if err := create(t.Context(), p); err != nil {
					t.Fatal(err)
				}
				locked := refusing(DatabaseLocked, time.Second)
				locked.Manager = servicetest.Watched{Manager: p.Manager, Watch: locked.Manager.(servicetest.Watched).Watch}
				if err := call(t.Context(), locked); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestTheCallersTimeLimitEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := refusing(CannotAccept, time.Hour).Stop(ctx, "orders")
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, CannotAccept) {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhoMayHoldADeletedServiceIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := refusing(MarkedForDelete, time.Hour)
		p.Holders = func() []string { return []string{"mmc.exe (process 4711)"} }
		if err := create(t.Context(), p); err == nil || !strings.Contains(err.Error(), "mmc.exe (process 4711)") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnErrorIsExplainedOnce(t *testing.T) {
	once := Explain(fmt.Errorf("start: %w", LogonFailed))
	if twice := Explain(fmt.Errorf("orders: %w", once)); strings.Count(twice.Error(), "log on as a service") != 1 {
		t.Errorf("got %v", twice)
	}
	if plain := errors.New("plain"); Explain(plain) != plain || Explain(nil) != nil {
		t.Error("an error without a state was changed")
	}
}

func TestAServiceIsStalledWhenItsCheckPointStandsStillForLongerThanItsHint(t *testing.T) {
	now := time.Now()
	var p Progress
	for _, row := range []struct {
		after      time.Duration
		checkPoint uint32
		hint       time.Duration
		stalled    bool
	}{
		{0, 0, 0, false},
		{9 * time.Second, 0, 0, false},
		{10 * time.Second, 1, 0, false},
		{20 * time.Second, 1, 30 * time.Second, false},
		{39 * time.Second, 1, 30 * time.Second, false},
		{41 * time.Second, 1, 30 * time.Second, true},
		{41 * time.Second, 2, 30 * time.Second, false},
		{52 * time.Second, 2, time.Second, true},
	} {
		if got := p.Stalled(now.Add(row.after), row.checkPoint, row.hint); got != row.stalled {
			t.Errorf("after %v at check point %d: %t", row.after, row.checkPoint, got)
		}
	}
}

func TestTheReadmeHasEveryState(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range Table {
		if row := fmt.Sprintf("| %d ", state.Code); !strings.Contains(string(readme), row) || !strings.Contains(string(readme), state.Meaning) {
			t.Errorf("no row for %d %s: %s", state.Code, state.Name, state.Meaning)
		}
	}
}
