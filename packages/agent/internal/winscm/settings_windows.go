package winscm

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc/mgr"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// preshutdownInfo is SERVICE_PRESHUTDOWN_INFO.
type preshutdownInfo struct{ TimeoutMilliseconds uint32 }

// serviceSIDInfo is SERVICE_SID_INFO.
type serviceSIDInfo struct{ Type uint32 }

// requiredPrivilegesInfo is SERVICE_REQUIRED_PRIVILEGES_INFO: names that each end with a zero, and one more at the end.
type requiredPrivilegesInfo struct{ Names *uint16 }

var sidTypes = map[service.SIDType]uint32{
	service.SIDNone:         windows.SERVICE_SID_TYPE_NONE,
	service.SIDUnrestricted: windows.SERVICE_SID_TYPE_UNRESTRICTED,
	service.SIDRestricted:   windows.SERVICE_SID_TYPE_RESTRICTED,
}

var startTypes = map[service.StartMode]uint32{
	service.StartAutomatic: windows.SERVICE_AUTO_START, service.StartDelayed: windows.SERVICE_AUTO_START,
	service.StartManual: windows.SERVICE_DEMAND_START, service.StartDisabled: windows.SERVICE_DISABLED,
}

// applySettings changes everything but the account, which only [changeAccount] does.
func applySettings(s *mgr.Service, settings service.Settings) error {
	pointers, err := utf16Pointers(settings.DisplayName, settings.Description)
	if err != nil {
		return err
	}
	dependencies, err := multiString(settings.Dependencies)
	if err != nil {
		return err
	}
	err = windows.ChangeServiceConfig(s.Handle, windows.SERVICE_NO_CHANGE, startTypes[cmp.Or(settings.StartMode, service.StartAutomatic)],
		windows.SERVICE_NO_CHANGE, nil, nil, nil, dependencies, nil, nil, pointers[0])
	if err != nil {
		return fmt.Errorf("display name, start mode and dependencies: %w", err)
	}
	privileges, err := multiString(settings.RequiredPrivileges)
	if err != nil {
		return err
	}
	description := windows.SERVICE_DESCRIPTION{Description: pointers[1]}
	delayed := windows.SERVICE_DELAYED_AUTO_START_INFO{}
	if settings.StartMode == service.StartDelayed {
		delayed.IsDelayedAutoStartUp = 1
	}
	// The default is 10 s since Windows 10 1703, shorter than most stop budgets.
	preshutdown := preshutdownInfo{uint32(settings.PreShutdown.Duration() / time.Millisecond)}
	// The service's own identity in its process's token, so that access lists can name it.
	sid := serviceSIDInfo{sidTypes[settings.SIDType]}
	required := requiredPrivilegesInfo{privileges}
	var failures []error
	for _, part := range []struct {
		name  string
		level uint32
		info  unsafe.Pointer
	}{
		{"description", windows.SERVICE_CONFIG_DESCRIPTION, unsafe.Pointer(&description)},
		{"delayed start", windows.SERVICE_CONFIG_DELAYED_AUTO_START_INFO, unsafe.Pointer(&delayed)},
		{"pre-shutdown time", windows.SERVICE_CONFIG_PRESHUTDOWN_INFO, unsafe.Pointer(&preshutdown)},
		{"service SID", windows.SERVICE_CONFIG_SERVICE_SID_INFO, unsafe.Pointer(&sid)},
		{"required privileges", windows.SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, unsafe.Pointer(&required)},
	} {
		if err := change(s, part.level, part.info); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", part.name, err))
		}
	}
	return errors.Join(append(failures, remember(s, settings), setRecovery(s, settings.Recovery))...)
}

// readSettings reads back what [applySettings] and [changeAccount] write.
func readSettings(s *mgr.Service) (settings service.Settings, err error) {
	buffer, err := queryConfig(s)
	if err != nil {
		return settings, err
	}
	config := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(unsafe.SliceData(buffer)))
	settings.DisplayName = windows.UTF16PtrToString(config.DisplayName)
	settings.Account = settingsAccount(s.Name, windows.UTF16PtrToString(config.ServiceStartName))
	settings.Dependencies = stringsOf(config.Dependencies)
	settings.StartMode = service.StartAutomatic
	for _, mode := range []service.StartMode{service.StartManual, service.StartDisabled} {
		if startTypes[mode] == config.StartType {
			settings.StartMode = mode
		}
	}
	for _, part := range []struct {
		name  string
		level uint32
		read  func(unsafe.Pointer)
		// recall is for a system that takes the setting and can't tell it.
		recall func(service.Settings)
	}{
		{"description", windows.SERVICE_CONFIG_DESCRIPTION, func(info unsafe.Pointer) {
			if text := (*windows.SERVICE_DESCRIPTION)(info).Description; text != nil {
				settings.Description = windows.UTF16PtrToString(text)
			}
		}, func(kept service.Settings) { settings.Description = kept.Description }},
		{"delayed start", windows.SERVICE_CONFIG_DELAYED_AUTO_START_INFO, func(info unsafe.Pointer) {
			if (*windows.SERVICE_DELAYED_AUTO_START_INFO)(info).IsDelayedAutoStartUp != 0 && settings.StartMode == service.StartAutomatic {
				settings.StartMode = service.StartDelayed
			}
		}, func(kept service.Settings) { settings.StartMode = kept.StartMode }},
		{"pre-shutdown time", windows.SERVICE_CONFIG_PRESHUTDOWN_INFO, func(info unsafe.Pointer) {
			settings.PreShutdown = service.Seconds((*preshutdownInfo)(info).TimeoutMilliseconds) / 1000
		}, func(kept service.Settings) { settings.PreShutdown = kept.PreShutdown }},
		{"service SID", windows.SERVICE_CONFIG_SERVICE_SID_INFO, func(info unsafe.Pointer) {
			for word, number := range sidTypes {
				if number == (*serviceSIDInfo)(info).Type {
					settings.SIDType = word
				}
			}
		}, func(kept service.Settings) { settings.SIDType = kept.SIDType }},
		{"required privileges", windows.SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, func(info unsafe.Pointer) {
			settings.RequiredPrivileges = stringsOf((*requiredPrivilegesInfo)(info).Names)
		}, func(kept service.Settings) { settings.RequiredPrivileges = kept.RequiredPrivileges }},
	} {
		buffer, err := query(s, part.level)
		switch {
		case err == nil:
			part.read(unsafe.Pointer(unsafe.SliceData(buffer)))
		case unlessUnsupported(err) == nil:
			kept, _, err := remembered(s)
			if err != nil {
				return settings, err
			}
			part.recall(kept)
		default:
			return settings, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if tolerateUnsupported && len(settings.Dependencies) == 0 { // Wine keeps none
		kept, _, err := remembered(s)
		if err != nil {
			return settings, err
		}
		settings.Dependencies = kept.Dependencies
	}
	settings.Recovery, err = readRecovery(s)
	if err != nil && unlessUnsupported(err) == nil {
		var kept service.Settings
		kept, _, err = remembered(s)
		settings.Recovery = kept.Recovery
	}
	return settings, err
}

func change(s *mgr.Service, level uint32, info unsafe.Pointer) error {
	return unlessUnsupported(windows.ChangeServiceConfig2(s.Handle, level, (*byte)(info)))
}

func query(s *mgr.Service, level uint32) ([]byte, error) {
	return grow(func(buffer []byte, needed *uint32) error {
		return windows.QueryServiceConfig2(s.Handle, level, unsafe.SliceData(buffer), uint32(len(buffer)), needed)
	})
}

// unlessUnsupported forgives a setting that the system doesn't know, in builds with the tag "wine" only: on Windows a
// setting that isn't applied is an error.
func unlessUnsupported(err error) error {
	if tolerateUnsupported && errors.Is(err, windows.ERROR_INVALID_LEVEL) {
		return nil
	}
	return err
}

// multiString joins texts as the SCM wants a list: each ends with a zero, and the list with one more. An empty list is
// written as such; a nil pointer would leave the former one in place.
func multiString(texts []string) (*uint16, error) {
	var units []uint16
	for _, text := range texts {
		part, err := windows.UTF16FromString(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		units = append(units, part...)
	}
	if len(texts) == 0 {
		units = append(units, 0)
	}
	return unsafe.SliceData(append(units, 0)), nil
}

func stringsOf(list *uint16) []string {
	var texts []string
	for list != nil && *list != 0 {
		text := windows.UTF16PtrToString(list)
		texts = append(texts, text)
		units, _ := windows.UTF16FromString(text) // it came from there
		list = (*uint16)(unsafe.Add(unsafe.Pointer(list), 2*len(units)))
	}
	return texts
}

// settingsAccount is the empty text for the virtual account of a service.
func settingsAccount(name, account string) string {
	if strings.EqualFold(account, virtualAccount(name)) {
		return ""
	}
	return account
}
