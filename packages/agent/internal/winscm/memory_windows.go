package winscm

import (
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc/mgr"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// What was asked for is kept in the service's own key, too: its recovery is out of force while the agent ends it, and
// must be put back by whatever run of the agent starts it next.
const (
	parametersKey = `\Parameters`
	memoryValue   = "WindowsHaSettings"
)

func remember(s *mgr.Service, settings service.Settings) error {
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	key, _, err := registry.CreateKey(registry.LOCAL_MACHINE, servicesKey+s.Name+parametersKey, registry.SET_VALUE)
	if err == nil {
		defer key.Close()
		err = key.SetStringValue(memoryValue, string(text))
	}
	if err != nil {
		return fmt.Errorf("copy of the settings: %w", err)
	}
	return nil
}

// remembered are the settings that were kept; false for a service that this agent never configured, or whose copy
// somebody has spoilt.
func remembered(s *mgr.Service) (settings service.Settings, found bool, err error) {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, servicesKey+s.Name+parametersKey, registry.QUERY_VALUE)
	if err == nil {
		defer key.Close()
		var text string
		if text, _, err = key.GetStringValue(memoryValue); err == nil {
			return settings, json.Unmarshal([]byte(text), &settings) == nil, nil
		}
	}
	if errors.Is(err, registry.ErrNotExist) {
		return settings, false, nil
	}
	return settings, false, fmt.Errorf("copy of the settings: %w", err)
}
