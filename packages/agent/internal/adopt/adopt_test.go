package adopt

import (
	"slices"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

func TestArgumentsAreSplitAsMicrosoftDocumentsIt(t *testing.T) {
	// The examples of "Parsing C command-line arguments", and what NSSM is usually given.
	for line, want := range map[string][]string{
		``:                              nil,
		`"abc" d e`:                     {`abc`, `d`, `e`},
		`a\\b d"e f"g h`:                {`a\\b`, `de fg`, `h`},
		`a\\\"b c d`:                    {`a\"b`, `c`, `d`},
		`a\\\\"b c" d e`:                {`a\\b c`, `d`, `e`},
		`"a""b"`:                        {`a"b`},
		`--config "C:\My Files\a.yaml"`: {`--config`, `C:\My Files\a.yaml`},
		`--folder C:\data\ --empty ""`:  {`--folder`, `C:\data\`, `--empty`, ``},
		"  a\t b ":                      {`a`, `b`},
	} {
		if got := splitArguments(line); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

var nssm = service.Status{
	Program:  service.Program{Path: `C:\tools\nssm.exe`},
	Settings: service.Settings{DisplayName: "Order Service", Account: service.LocalSystem, StartMode: service.StartDelayed, Dependencies: []string{"Tcpip"}},
}

var parameters = Values{
	"Application":         {`C:\apps\orders.exe`},
	"AppParameters":       {`--config "C:\My Files\orders.yaml"`},
	"AppDirectory":        {`C:\apps`},
	"AppEnvironmentExtra": {"LOG_LEVEL=info", "DATABASE_PASSWORD=hunter2", "apiToken=hunter2"},
	"AppStdout":           {`C:\logs\orders.log`},
	"AppStderr":           {`C:\logs\orders.log`},
}

func TestWhatNSSMRunsIsDeclaredAsAConsoleProgramWithoutItsSecrets(t *testing.T) {
	found, err := Read(nssm, parameters)
	if err != nil {
		t.Fatal(err)
	}
	want := `service: {
  name: "orders",
  displayName: "Order Service",
  version: "1.0.0", // yours to say
  artifact: { path: "C:\\apps\\orders.exe" }, // a copy of it, where the deployment runs
  mode: "console", // NSSM runs it now
  port: 0, // the TCP port that it listens on
  arguments: ["--config", "C:\\My Files\\orders.yaml"],
  environment: { LOG_LEVEL: "info" },
  secrets: { DATABASE_PASSWORD: { value: config.requireSecret("DATABASE_PASSWORD") } }, // files that <NAME>_FILE names; in its environment now
  // apiToken looks like a secret: give it in ` + "`secrets`" + `, under a name in capitals
  // It runs as LocalSystem; without ` + "`account`" + ` it gets an account of its own, with fewer rights.
  startMode: "delayed",
  dependencies: ["Tcpip"],
  // health: { provider: "agent", port: 8081 }, // if it answers neither /health nor /ready
},
// It is started in C:\apps: the agent starts it elsewhere, so name its files by absolute paths.
// It prints to C:\logs\orders.log: the agent keeps that in its own rotating files.
`
	if got := found.Declaration("orders"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, variable := range found.WithoutSecrets().Program.Environment {
		if strings.Contains(variable, "hunter2") {
			t.Errorf("shown: %s", variable)
		}
	}
	if !slices.Contains(found.Program.Environment, "DATABASE_PASSWORD=hunter2") {
		t.Error("what is shown changed what was found")
	}
}

func TestAServiceOfItsOwnIsDeclaredAsItIsRegistered(t *testing.T) {
	status := service.Status{
		Program:  service.Program{Path: `C:\apps\orders.exe`, Arguments: []string{"--port=80"}, Environment: []string{"A=<b>"}},
		Settings: service.Settings{DisplayName: "orders", Account: `NT AUTHORITY\LocalService`, StartMode: service.StartAutomatic},
	}
	found, err := Read(status, Values{"Unrelated": {"x"}})
	if err != nil {
		t.Fatal(err)
	}
	declaration := found.Declaration("orders")
	for _, part := range []string{`arguments: ["--port=80"],`, `environment: { A: "<b>" },`, `account: { name: "NT AUTHORITY\\LocalService" },`} {
		if !strings.Contains(declaration, part) {
			t.Errorf("%s isn't in\n%s", part, declaration)
		}
	}
	for _, part := range []string{"mode:", "displayName", "startMode", "secrets"} {
		if strings.Contains(declaration, part) {
			t.Errorf("%s is in\n%s", part, declaration)
		}
	}
}

func TestTheEnvironmentOfNSSMReplacesOrAdds(t *testing.T) {
	status := service.Status{Program: service.Program{Path: "/opt/nssm", Environment: []string{"A=registered"}}}
	for _, row := range []struct {
		parameters Values
		want       []string
	}{
		{Values{"Application": {"/x"}}, []string{"A=registered"}},
		{Values{"Application": {"/x"}, "AppEnvironmentExtra": {"A=more", "B=1"}}, []string{"A=more", "B=1"}},
		{Values{"Application": {"/x"}, "AppEnvironment": {"C=only"}}, []string{"C=only"}},
	} {
		found, err := Read(status, row.parameters)
		if err != nil || !slices.Equal(found.Program.Environment, row.want) {
			t.Errorf("%v: got %q, %v", row.parameters, found.Program.Environment, err)
		}
	}
	if _, err := Read(status, nil); err == nil || !strings.Contains(err.Error(), "no value Application") {
		t.Errorf("got %v", err)
	}
}

func TestWhatCouldNotBeBroughtBackIsNotAdopted(t *testing.T) {
	everywhere := func(string) bool { return true }
	for _, row := range []struct {
		path, account string
		exists        bool
		says          string
	}{
		{`C:\a.exe`, "", true, ""},
		{`C:\a.exe`, service.LocalSystem, true, ""},
		{`C:\a.exe`, `CORP\orders$`, true, ""},
		{`C:\a.exe`, `NT AUTHORITY\NetworkService`, true, ""},
		{`C:\a.exe`, `.\jane`, true, "whose password"},
		{`%ProgramFiles%\a.exe`, "", true, "without variables"},
		{`C:\Program`, "", false, "quotation marks"},
		{`C:\Windows\system32\svchost.exe`, "", true, "a part of Windows"},
	} {
		exists := everywhere
		if !row.exists {
			exists = func(string) bool { return false }
		}
		status := service.Status{PID: 7, Program: service.Program{Path: row.path}, Settings: service.Settings{Account: row.account}}
		if got := Obstacle(status, exists); (got == "") != (row.says == "") || !strings.Contains(got, row.says) {
			t.Errorf("%s as %q: got %q, want %q", row.path, row.account, got, row.says)
		}
	}
	if got := Obstacle(service.Status{Program: service.Program{Path: `C:\a.exe`}}, everywhere); !strings.Contains(got, "start it first") {
		t.Errorf("got %q for a stopped service", got)
	}
}
