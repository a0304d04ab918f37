package winscm

import (
	"errors"
	"fmt"
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

func applySettings(s *mgr.Service, settings service.Settings) error {
	name, err := windows.UTF16PtrFromString(settings.DisplayName)
	if err != nil {
		return err
	}
	text, err := windows.UTF16PtrFromString(settings.Description)
	if err != nil {
		return err
	}
	err = windows.ChangeServiceConfig(s.Handle, windows.SERVICE_NO_CHANGE, windows.SERVICE_NO_CHANGE,
		windows.SERVICE_NO_CHANGE, nil, nil, nil, nil, nil, nil, name)
	if err != nil {
		return fmt.Errorf("display name: %w", err)
	}
	description := windows.SERVICE_DESCRIPTION{Description: text}
	if err := change(s, windows.SERVICE_CONFIG_DESCRIPTION, unsafe.Pointer(&description)); err != nil {
		return fmt.Errorf("description: %w", err)
	}
	// The default is 10 s since Windows 10 1703, shorter than most stop budgets.
	preshutdown := preshutdownInfo{uint32(settings.StopTimeout / time.Millisecond)}
	if err := change(s, windows.SERVICE_CONFIG_PRESHUTDOWN_INFO, unsafe.Pointer(&preshutdown)); err != nil {
		return fmt.Errorf("pre-shutdown time: %w", err)
	}
	return nil
}

func readSettings(s *mgr.Service, settings *service.Settings) error {
	description, err := query(s, windows.SERVICE_CONFIG_DESCRIPTION)
	if err != nil {
		return fmt.Errorf("description: %w", err)
	}
	if text := (*windows.SERVICE_DESCRIPTION)(unsafe.Pointer(unsafe.SliceData(description))).Description; text != nil {
		settings.Description = windows.UTF16PtrToString(text)
	}
	preshutdown, err := query(s, windows.SERVICE_CONFIG_PRESHUTDOWN_INFO)
	if err != nil {
		return fmt.Errorf("pre-shutdown time: %w", err)
	}
	milliseconds := (*preshutdownInfo)(unsafe.Pointer(unsafe.SliceData(preshutdown))).TimeoutMilliseconds
	settings.StopTimeout = time.Duration(milliseconds) * time.Millisecond
	return nil
}

// applyServiceSID puts the service's own identity into its process's token, so that access lists can name it.
func applyServiceSID(s *mgr.Service) error {
	info := serviceSIDInfo{windows.SERVICE_SID_TYPE_UNRESTRICTED}
	if err := change(s, windows.SERVICE_CONFIG_SERVICE_SID_INFO, unsafe.Pointer(&info)); err != nil {
		return fmt.Errorf("service SID: %w", err)
	}
	return nil
}

// applyRecovery ends the list with "none": the SCM repeats the last action for ever.
func (m Manager) applyRecovery(s *mgr.Service) error {
	var actions []mgr.RecoveryAction
	for range m.Recovery.Restarts {
		actions = append(actions, mgr.RecoveryAction{Type: mgr.ServiceRestart, Delay: m.Recovery.Delay})
	}
	return setRecovery(s, append(actions, mgr.RecoveryAction{Type: mgr.NoAction}), m.Recovery.Reset)
}

func withoutRecovery(s *mgr.Service) error {
	return setRecovery(s, []mgr.RecoveryAction{{Type: mgr.NoAction}}, 0)
}

func setRecovery(s *mgr.Service, actions []mgr.RecoveryAction, reset time.Duration) error {
	if err := s.SetRecoveryActions(actions, uint32(reset/time.Second)); err != nil {
		return fmt.Errorf("recovery actions: %w", err)
	}
	// Else the actions are for crashes only, and a Go service that ends with an exit code stays down.
	if err := unlessUnsupported(s.SetRecoveryActionsOnNonCrashFailures(true)); err != nil {
		return fmt.Errorf("recovery after an exit code: %w", err)
	}
	return nil
}

func change(s *mgr.Service, level uint32, info unsafe.Pointer) error {
	return unlessUnsupported(windows.ChangeServiceConfig2(s.Handle, level, (*byte)(info)))
}

func query(s *mgr.Service, level uint32) ([]byte, error) {
	buffer, err := grow(func(buffer []byte, needed *uint32) error {
		return windows.QueryServiceConfig2(s.Handle, level, unsafe.SliceData(buffer), uint32(len(buffer)), needed)
	})
	return buffer, unlessUnsupported(err)
}

// unlessUnsupported forgives a setting that the system doesn't know, in builds with the tag "wine" only: on Windows a
// setting that isn't applied is an error.
func unlessUnsupported(err error) error {
	if tolerateUnsupported && errors.Is(err, windows.ERROR_INVALID_LEVEL) {
		return nil
	}
	return err
}
