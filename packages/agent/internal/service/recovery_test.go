package service

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"
)

type recoveryCase struct {
	Name     string
	Recovery Recovery
	Ends     []struct {
		AtSeconds Seconds
		ExitCode  *int
	}
	// Actions are null for an end that is no failure.
	Actions []*RecoveryAction
}

// TestTheRuleIsTheModels: testdata/recovery.jsonl holds what the model in packages/spec/src/models/recovery.ts answers;
// the tests of that package write it.
func TestTheRuleIsTheModels(t *testing.T) {
	file, err := os.Open("testdata/recovery.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []recoveryCase
	for lines := json.NewDecoder(file); lines.More(); {
		var c recoveryCase
		if err := lines.Decode(&c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if len(cases) < 10 {
		t.Fatalf("%d cases", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			boot := time.Now()
			var count FailureCount
			for n, end := range c.Ends {
				how := End{Reported: end.ExitCode != nil}
				if how.Reported {
					how.ExitCode = *end.ExitCode
				}
				action, failed := count.Next(c.Recovery, how, boot.Add(end.AtSeconds.Duration()))
				wanted := c.Actions[n]
				if failed != (wanted != nil) || failed && action != *wanted {
					t.Errorf("end %d: got %+v (failure: %t), want %+v", n+1, action, failed, wanted)
				}
			}
		})
	}
	usual := slices.IndexFunc(cases, func(c recoveryCase) bool { return c.Name == "the defaults" })
	if usual < 0 || !cases[usual].Recovery.Equal(DefaultRecovery) {
		t.Errorf("the agent's own default isn't the one that components leave out")
	}
}
