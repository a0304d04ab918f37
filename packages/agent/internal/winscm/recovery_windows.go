package winscm

import (
	"fmt"
	"time"

	"golang.org/x/sys/windows/svc/mgr"

	"github.com/windows-ha/windows-ha/packages/agent/internal/host"
	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

var actionTypes = map[service.ActionKind]int{
	service.ActionNone: mgr.NoAction, service.ActionRestart: mgr.ServiceRestart,
	service.ActionReboot: mgr.ComputerReboot, service.ActionCommand: mgr.RunCommand,
}

// suspendRecovery puts the list out of force until [restoreRecovery]: a program that ends badly when it is asked to stop
// would be a failure to the SCM, which starts it again. It also resets the SCM's count: such an end is no failure.
func suspendRecovery(s *mgr.Service) error {
	_, found, err := remembered(s)
	if err == nil && !found { // a service that somebody else registered
		var current service.Settings
		if current, err = readSettings(s); err == nil {
			err = remember(s, current)
		}
	}
	if err != nil {
		return err
	}
	return setRecovery(s, service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionNone}}, NonCrashFailures: true})
}

func restoreRecovery(s *mgr.Service) error {
	settings, found, err := remembered(s)
	if err != nil || !found {
		return err
	}
	return setRecovery(s, settings.Recovery)
}

func setRecovery(s *mgr.Service, recovery service.Recovery) error {
	actions := make([]mgr.RecoveryAction, len(recovery.Actions))
	for i, action := range recovery.Actions {
		actions[i] = mgr.RecoveryAction{Type: actionTypes[action.Action], Delay: action.Delay.Duration()}
		if action.Action == service.ActionReboot { // who sets it needs the right to do it
			_ = host.Enable(host.ShutdownPrivilege)
		}
	}
	set := func() error {
		return s.SetRecoveryActions(actions, uint32(recovery.ResetPeriod.Duration()/time.Second))
	}
	if len(actions) == 0 {
		set = s.ResetRecoveryActions
	}
	if err := set(); err != nil {
		return fmt.Errorf("recovery actions: %w", err)
	}
	// Without it the actions are for crashes only, and a Go service that ends with an exit code stays down.
	if err := unlessUnsupported(s.SetRecoveryActionsOnNonCrashFailures(recovery.NonCrashFailures)); err != nil {
		return fmt.Errorf("recovery after an exit code: %w", err)
	}
	return nil
}

// readRecovery tells what is in force.
func readRecovery(s *mgr.Service) (recovery service.Recovery, err error) {
	actions, err := s.RecoveryActions()
	if err != nil {
		return recovery, fmt.Errorf("recovery actions: %w", err)
	}
	for _, action := range actions {
		for word, number := range actionTypes {
			if number == action.Type {
				recovery.Actions = append(recovery.Actions, service.RecoveryAction{Action: word, Delay: service.Seconds(action.Delay.Seconds())})
			}
		}
	}
	reset, err := s.ResetPeriod()
	if err != nil {
		return recovery, fmt.Errorf("recovery actions: %w", err)
	}
	recovery.ResetPeriod = service.Seconds(reset)
	recovery.NonCrashFailures, err = s.RecoveryActionsOnNonCrashFailures()
	if err != nil {
		return recovery, fmt.Errorf("recovery after an exit code: %w", err)
	}
	return recovery, nil
}
