package exitcode

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"testing"
)

func TestOf(t *testing.T) {
	inner := Errorf(Download, "no file")
	for _, row := range []struct {
		err  error
		code Code
	}{
		{nil, OK},
		{errors.New("plain"), Other},
		{inner, Download},
		{fmt.Errorf("wrapped: %w", inner), Download},
		{Errorf(RolledBack, "outer: %w", inner), RolledBack},
		{With(NotPrepared, inner), Download},
		{With(NotPrepared, errors.New("plain")), NotPrepared},
		{With(NotPrepared, nil), OK},
	} {
		if got := Of(row.err); got != row.code {
			t.Errorf("%v: got %d, want %d", row.err, got, row.code)
		}
	}
}

func TestTheTableNamesEveryCodeOnce(t *testing.T) {
	codes, results := map[Code]bool{}, map[string]bool{}
	for _, row := range Table {
		if codes[row.Code] || results[row.Result] || row.Meaning == "" {
			t.Errorf("row %+v", row)
		}
		codes[row.Code], results[row.Result] = true, true
	}
	for _, code := range []Code{OK, Other, Usage, Download, Busy, NotPrepared, ShuttingDown, RolledBack, RollbackFailed, FirstInstallGone, AgentHash, QuorumAtRisk} {
		if !codes[code] {
			t.Errorf("code %d has no row", code)
		}
	}
}

func TestTheReadmeHasEveryRow(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range Table {
		if line := fmt.Sprintf("(?m)^\\| %d +\\| `%s` +\\|", row.Code, row.Result); !regexp.MustCompile(line).Match(readme) {
			t.Errorf("no row for %d %s", row.Code, row.Result)
		}
	}
}
