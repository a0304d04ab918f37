package host

import "testing"

func TestARangeIsFoundInWhatNetshPrintsInEveryLanguage(t *testing.T) {
	const output = `
Ausschlussbereiche fuer Protokoll TCP

Startport    Endport
----------    --------
      5357        5357
     50000       50059     *

* - Verwaltete Portausschluesse.
`
	for port, want := range map[int]string{5357: "5357-5357", 50000: "50000-50059", 50059: "50000-50059", 50060: "", 8080: ""} {
		if got := reservedRange(output, port); got != want {
			t.Errorf("%d: got %q, want %q", port, got, want)
		}
	}
}
