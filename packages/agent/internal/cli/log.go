package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/logfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// newLogs opens the agent's log. both also goes to standard error as plain text; file is for what the person at the
// keyboard is told anyway. Without a usable file there is still the text: not being able to log must not stop a
// repair.
func newLogs(m machine.Machine, stderr io.Writer) (both, file *slog.Logger) {
	human := &humanHandler{out: stderr}
	err := m.Prepare()
	if err == nil {
		var opened io.Writer // closed by the end of the process
		if opened, err = logfile.Open(m.LogFile()); err == nil {
			lines := slog.NewJSONHandler(opened, nil)
			return slog.New(slog.NewMultiHandler(lines, human)), slog.New(lines)
		}
	}
	fmt.Fprintln(stderr, "the agent's log file can't be used:", err)
	return slog.New(human), slog.New(slog.DiscardHandler)
}

// humanHandler writes "message (key value, key value)". Azure shows a person no more than the end of this text, so
// it has no time stamps and no levels below warning.
type humanHandler struct {
	out   io.Writer
	attrs []slog.Attr
	least slog.Level // what is below isn't written
}

func (h *humanHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.least
}

func (h *humanHandler) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	if record.Level > slog.LevelInfo {
		line.WriteString(record.Level.String() + ": ")
	}
	line.WriteString(record.Message)
	var details []string
	for _, attr := range h.attrs {
		details = append(details, attr.Key+" "+attr.Value.String())
	}
	record.Attrs(func(attr slog.Attr) bool {
		details = append(details, attr.Key+" "+attr.Value.String())
		return true
	})
	if len(details) > 0 {
		line.WriteString(" (" + strings.Join(details, ", ") + ")")
	}
	line.WriteByte('\n')
	_, err := io.WriteString(h.out, line.String())
	return err
}

func (h *humanHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &humanHandler{h.out, append(h.attrs[:len(h.attrs):len(h.attrs)], attrs...), h.least}
}

// WithGroup is not used by the agent.
func (h *humanHandler) WithGroup(string) slog.Handler { return h }
