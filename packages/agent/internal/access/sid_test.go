package access

import "testing"

func TestTheIdentityOfAServiceIsTheOneThatWindowsComputes(t *testing.T) {
	// Windows' own TrustedInstaller is the documented example.
	if got := ServiceSID("TrustedInstaller"); got != "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464" {
		t.Error(got)
	}
	if ServiceSID("orders") != ServiceSID("ORDERS") {
		t.Error("the case of a name matters")
	}
}
