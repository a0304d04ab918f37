package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
	"github.com/windows-ha/windows-ha/packages/agent/internal/scmservice"
)

// runService runs until the service control manager, or whoever sits at the keyboard, asks for the end.
func runService(ctx context.Context, asService bool, run func(context.Context)) error {
	if !asService {
		run(ctx)
		return nil
	}
	return scmservice.Run(machine.AgentService, scmservice.Service{Ends: svc.AcceptShutdown, Run: func(ctx context.Context) uint32 {
		run(ctx)
		return 0
	}})
}

// eventLogHandler writes warnings and errors to the Application log, where people look first. Without it there is
// still the file.
func eventLogHandler() slog.Handler {
	_ = eventlog.InstallAsEventCreate(machine.AgentService, eventlog.Error|eventlog.Warning|eventlog.Info)
	log, err := eventlog.Open(machine.AgentService)
	if err != nil {
		return slog.DiscardHandler
	}
	return &humanHandler{out: eventLog{log}, least: slog.LevelWarn}
}

// forgetEventLog removes the agent's source; the entries stay.
func forgetEventLog() error {
	if err := eventlog.Remove(machine.AgentService); err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("source in the event log: %w", err)
	}
	return nil
}

// eventLog is the event log as a writer of lines.
type eventLog struct{ *eventlog.Log }

// eventID is one of those that the system's own message file knows: the text stands as it is.
const eventID = 1

func (l eventLog) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	report := l.Warning
	if strings.HasPrefix(text, slog.LevelError.String()) {
		report = l.Error
	}
	return len(line), report(eventID, text)
}
