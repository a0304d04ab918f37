package winscm

import (
	"slices"
	"testing"
)

func TestAListOfNamesIsReadAsItWasWritten(t *testing.T) {
	for _, list := range [][]string{nil, {"Tcpip"}, {"Tcpip", "Windows Firewall", "ünïcode"}} {
		written, err := multiString(list)
		if err != nil || written == nil {
			t.Fatalf("%q: %v, %v", list, written, err)
		}
		if got := stringsOf(written); !slices.Equal(got, list) {
			t.Errorf("got %q, want %q", got, list)
		}
	}
	if _, err := multiString([]string{"a\x00b"}); err == nil {
		t.Error("a zero within a name ends it")
	}
}

func TestOnlyTheServicesOwnVirtualAccountIsTheUsualOne(t *testing.T) {
	for account, want := range map[string]string{
		`NT Service\Orders`: "", `NT SERVICE\other`: `NT SERVICE\other`, "LocalSystem": "LocalSystem", `CORP\orders$`: `CORP\orders$`,
	} {
		if got := settingsAccount("orders", account); got != want {
			t.Errorf("%s: got %q, want %q", account, got, want)
		}
	}
}
