package wrapper

import (
	"golang.org/x/sys/windows/svc/eventlog"

	"github.com/windows-ha/windows-ha/packages/agent/internal/schedule"
)

// eventID is one of those that the registered message file has.
const eventID = 100

func reportEvent(source string, result schedule.Result, text string) {
	log, err := eventlog.Open(source)
	if err != nil {
		return
	}
	defer log.Close()
	if result == schedule.Stopped {
		_ = log.Warning(eventID, text)
		return
	}
	_ = log.Error(eventID, text)
}
