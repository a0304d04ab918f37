package spec

import (
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

func TestWhatADocumentLeavesOutOfTheSettingsIsTheUsual(t *testing.T) {
	got := parsed(t, "", "").Settings()
	want := service.Settings{
		DisplayName: "Orders", SIDType: service.SIDUnrestricted, StartMode: service.StartAutomatic,
		PreShutdown: 20 + 60 + 10, Recovery: service.DefaultRecovery,
	}
	if !got.Equal(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSettingsAreTakenFromTheDocumentToTheLetter(t *testing.T) {
	got := parsed(t, `"port": 8080`, `"port": 8080, "account": "CORP\\orders$", "sidType": "restricted", "startMode": "delayed",
		"requiredPrivileges": ["SeChangeNotifyPrivilege"], "dependencies": ["Tcpip"],
		"recovery": {"actions": [{"action": "restart", "delaySeconds": 1}, {"action": "none", "delaySeconds": 0}], "resetPeriodSeconds": 60, "nonCrashFailures": false}`).Settings()
	want := service.Settings{
		DisplayName: "Orders", Account: `CORP\orders$`, SIDType: service.SIDRestricted, StartMode: service.StartDelayed,
		RequiredPrivileges: []string{"SeChangeNotifyPrivilege"}, Dependencies: []string{"Tcpip"}, PreShutdown: 90,
		Recovery: service.Recovery{Actions: []service.RecoveryAction{{Action: service.ActionRestart, Delay: 1}, {Action: service.ActionNone}}, ResetPeriod: 60},
	}
	if !got.Equal(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTheServicesOwnVirtualAccountIsTheUsual(t *testing.T) {
	if got := parsed(t, `"port": 8080`, `"port": 8080, "account": "NT SERVICE\\orders"`).Settings().Account; got != "" {
		t.Errorf("got %q", got)
	}
}
