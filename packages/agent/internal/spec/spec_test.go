package spec

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// valid is a document that passes; every test changes one thing.
const valid = `{
  "schemaVersion": 1,
  "service": {"name": "orders", "displayName": "Orders", "description": "", "version": "1.4.2", "port": 8080,
    "arguments": ["--listen=${WINDOWS_HA_ADDRESS}"], "environment": {"LOG_LEVEL": "info"}},
  "artifacts": [
    {"os": "windows", "arch": "amd64", "url": "https://example.com/orders.exe", "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {"os": "linux", "arch": "amd64", "url": "http://127.0.0.1:1/orders", "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}],
  "health": {"path": "/health", "intervalSeconds": 1, "timeoutSeconds": 1.5, "consecutiveSuccesses": 3, "deadlineSeconds": 60},
  "stop": {"drainSeconds": 20, "stopSeconds": 60, "killSeconds": 10},
  "releasesToKeep": 3
}`

// resident is a part that many documents have.
const resident = `"resident": {"watchdog": {"enabled": true, "intervalSeconds": 1, "timeoutSeconds": 1, "failures": 5},
    "scheduledEvents": {"enabled": true}, "logs": {"maxMegabytes": 100, "keepDays": 7, "totalMegabytes": 2048}}`

func TestAValidDocumentIsRead(t *testing.T) {
	for name, text := range map[string]string{"plain": valid, "with a byte order mark": "\xef\xbb\xbf" + valid} {
		s, err := Parse([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Service.Name != "orders" || s.Health.Timeout.Duration().Milliseconds() != 1500 || len(s.Artifacts) != 2 {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}

func TestOneMistakeIsOneFinding(t *testing.T) {
	rows := []struct{ replace, by, finding string }{
		{`"schemaVersion": 1`, `"schemaVersion": 2`, `schemaVersion: seen 2; allowed: 1`},
		{`"port": 8080`, `"port": 70000`, `service.port: seen 70000; allowed: at most 65535`},
		{`"port": 8080`, `"port": 80.5`, `service.port: seen 80.5; allowed: integer`},
		{`"port": 8080`, `"port": "80"`, `service.port: seen "80"; allowed: integer`},
		{`"version": "1.4.2", "port": 8080`, `"version": "1.4.2"`, `service.port: seen nothing; allowed: a value is required`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 1`, `releasesToKeep: seen 1; allowed: at least 2`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "color": "red"`, `color: seen an unknown property`},
		{`"name": "orders"`, `"name": "or ders"`, `service.name: seen "or ders"; allowed: text that matches`},
		{`"name": "orders"`, `"name": "COM1"`, `service.name: seen "COM1"; allowed: a name that Windows can give to a folder`},
		{`"name": "orders"`, `"name": "orders."`, `service.name: seen "orders."; allowed: a name that Windows can give to a folder`},
		{`"version": "1.4.2"`, `"version": "1.4"`, `service.version: seen "1.4"; allowed: text that matches`},
		{`"os": "linux"`, `"os": "plan9"`, `artifacts[1].os: seen "plan9"; allowed: "windows", "linux"`},
		{`"os": "linux"`, `"os": "windows"`, `artifacts[1]: seen windows/amd64 again; allowed: one entry per platform`},
		{`https://example.com`, `file://example.com`, `artifacts[0].url: seen "file://`},
		{`"os": "linux"`, `"authentication": {"kind": "managedIdentity", "clientId": "mine"}, "os": "linux"`, `artifacts[1].authentication.clientId: seen "mine"`},
		{`"aaaa`, `"AAAA`, `artifacts[0].sha256: seen "AAAA`},
		{`"LOG_LEVEL": "info"`, `"LOG_LEVEL": 7`, `service.environment.LOG_LEVEL: seen a value that isn't shown; allowed: string`},
		{`"LOG_LEVEL"`, `"WINDOWS_HA_ADDRESS"`, `service.environment.WINDOWS_HA_ADDRESS: seen "WINDOWS_HA_ADDRESS"; allowed: a name that doesn't begin with WINDOWS_HA_`},
		{`"LOG_LEVEL"`, `"A=B"`, `service.environment.A=B: seen "A=B"; allowed: a variable's name`},
		{`"LOG_LEVEL": "info"`, `"Path": "a", "PATH": "b"`, `names that differ by more than case`},
		{`${WINDOWS_HA_ADDRESS}`, `${WINDOWS_HA_PORT}`, `service.arguments[0]: seen ${WINDOWS_HA_PORT}; allowed: ${WINDOWS_HA_ADDRESS}`},
		{`${WINDOWS_HA_ADDRESS}`, `%PATH%`, `service.arguments[0]: seen "--listen=%PATH%"; allowed: no %NAME%`},
		{`${WINDOWS_HA_ADDRESS}`, `\u0000`, `service.arguments[0]: seen a NUL character`},
		{`"deadlineSeconds": 60`, `"deadlineSeconds": 2`, `health.deadlineSeconds: seen 2; allowed: more than`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secrets": [{"name": "db", "url": "https://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}]`, `secrets[0].name: seen "db"`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secrets": [{"name": "LOG", "url": "http://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}]`, `secrets[0].url: seen "http://v.vault.azure.net/secrets/db"; allowed: an https address`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secrets": [{"name": "LOG", "url": "https://v.vault.azure.net/keys/db", "clientId": "11111111-2222-3333-4444-555555555555"}]`, `secrets[0].url: seen`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secrets": [{"name": "WINDOWS_HA_DRAIN", "url": "https://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}]`, `secrets[0].name: seen "WINDOWS_HA_DRAIN"; allowed: a name that doesn't begin with WINDOWS_HA_`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secrets": [{"name": "A", "url": "https://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}, {"name": "A", "url": "https://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}]`, `secrets[1].name: seen A_FILE again; allowed: another name: secrets[0].name sets this variable already`},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "certificate": {"url": "https://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}, "secrets": [{"name": "TLS_KEY", "url": "https://v.vault.azure.net/secrets/db", "clientId": "11111111-2222-3333-4444-555555555555"}]`, `secrets[0].name: seen TLS_KEY_FILE again; allowed: another name: certificate sets`},
		{`"health": {`, `"health": {"scheme": "ftp", `, `health.scheme: seen "ftp"; allowed: "http", "https"`},
		{`"port": 8080`, `"account": "LOCALSYSTEM", "port": 8080`, `service.account: seen "LOCALSYSTEM"; allowed: text that matches`},
		{`"port": 8080`, `"account": "CORP\\jane", "port": 8080`, `service.account: seen "CORP\\jane"; allowed: text that matches`},
		{`"port": 8080`, `"account": "NT SERVICE\\other", "port": 8080`, `service.account: seen "NT SERVICE\\other"; allowed: NT SERVICE\orders, or nothing`},
		{`"port": 8080`, `"account": "CORP\\orders$", "sidType": "none", "port": 8080`, `service.sidType: seen "none"; allowed: "unrestricted" or "restricted" with the account CORP\orders$`},
		{`"port": 8080`, `"requiredPrivileges": ["SeEverything"], "port": 8080`, `service.requiredPrivileges[0]: seen "SeEverything"; allowed: "SeAssignPrimaryTokenPrivilege"`},
		{`"port": 8080`, `"dependencies": ["Tcpip", "TCPIP"], "port": 8080`, `service.dependencies[1]: seen "TCPIP"; allowed: each service once`},
		{`"port": 8080`, `"dependencies": ["Orders"], "port": 8080`, `service.dependencies[0]: seen "Orders"; allowed: each service once; not this service itself`},
		{`"port": 8080`, `"startMode": "boot", "port": 8080`, `service.startMode: seen "boot"; allowed: "automatic", "delayed", "manual"`},
		{`"port": 8080`, `"recovery": {"actions": [{"action": "restart", "delaySeconds": 60}], "resetPeriodSeconds": 60, "nonCrashFailures": true}, "port": 8080`, `service.recovery.actions[0].delaySeconds: seen 60; allowed: less than resetPeriodSeconds (60)`},
		{`"port": 8080`, `"recovery": {"actions": [], "resetPeriodSeconds": 60, "nonCrashFailures": true}, "port": 8080`, `service.recovery.actions: seen a list of 0; allowed: at least 1 entries`},
		{`"port": 8080`, `"recovery": {"actions": [{"action": "reboot", "delaySeconds": 0}], "resetPeriodSeconds": 60, "nonCrashFailures": true}, "port": 8080`, `service.recovery.actions[0].action: seen "reboot"; allowed: "restart", "none"`},
		{`"killSeconds": 10`, `"killSeconds": 10, "preShutdownSeconds": 59`, `stop.preShutdownSeconds: seen 59; allowed: at least stopSeconds (60)`},
		{`"port": 8080`, `"mode": "task", "port": 8080`, `service.mode: seen "task"; allowed: "service", "console"`},
		{`"port": 8080`, `"mode": "scheduledTask", "schedule": {"dailyAt": "24:00", "timeLimitSeconds": 60}`, `service.schedule.dailyAt: seen "24:00"`},
		{`"port": 8080`, `"schedule": {"intervalSeconds": 60, "timeLimitSeconds": 60}, "port": 8080`, `service.schedule: seen a schedule; allowed: none unless`},
		{`"health": {`, `"health": {"port": 8081, `, `health.port: seen 8081; allowed: no port unless health.provider is "agent"`},
		{`"health": {`, resident + `, "health": {"provider": "agent", `, `health.port: seen nothing; allowed: the port on which the agent answers`},
		{`"health": {`, resident + `, "health": {"provider": "agent", "port": 8080, `, `health.port: seen 8080; allowed: another port than service.port`},
		{`"health": {"path": "/health"`, resident + `, "health": {"provider": "agent", "port": 8081, "path": "/livez"`, `health.path: seen "/livez"; allowed: /health`},
		{`"health": {`, resident + `, "health": {"provider": "agent", "port": 8081, "scheme": "https", `, `health.scheme: seen "https"; allowed: http`},
		{`"health": {`, `"health": {"provider": "agent", "port": 8081, `, `resident: seen nothing; allowed: what the resident part does`},
		{valid, `{`, `(document): seen text that is not JSON`},
		{valid, `[]`, `(document): seen a list of 0; allowed: object`},
	}
	for _, row := range rows {
		t.Run(row.by, func(t *testing.T) {
			text := strings.Replace(valid, row.replace, row.by, 1)
			if text == valid {
				t.Fatalf("the document has no %s", row.replace)
			}
			_, err := Parse([]byte(text))
			var invalid *InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v", err)
			}
			if len(invalid.Findings) != 1 || !strings.Contains(err.Error(), row.finding) {
				t.Errorf("got %q, want one finding with %q", err, row.finding)
			}
		})
	}
}

func TestAllMistakesAreNamedAtOnce(t *testing.T) {
	text := strings.NewReplacer(`"port": 8080`, `"port": 0`, `"drainSeconds": 20`, `"drainSeconds": -1`, `"health": {"path": "/`, `"health": {"path": "`).Replace(valid)
	_, err := Parse([]byte(text))
	for _, path := range []string{"service.port", "stop.drainSeconds", "health.path"} {
		if err == nil || !strings.Contains(err.Error(), path+": ") {
			t.Errorf("%s is not in %v", path, err)
		}
	}
}

func parsed(t *testing.T, replace, by string) *AgentSpec {
	t.Helper()
	s, err := Parse([]byte(strings.Replace(valid, replace, by, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAReleaseIsNamedAfterAllThatTheProcessCanSee(t *testing.T) {
	release := func(s *AgentSpec) string {
		artifact, err := s.Artifact("linux", "amd64")
		if err != nil {
			t.Fatal(err)
		}
		return s.Release(artifact)
	}
	base := release(parsed(t, "", ""))
	if !strings.HasPrefix(base, "1.4.2-") || len(base) != len("1.4.2-")+8 {
		t.Errorf("got %q", base)
	}
	for _, row := range []struct {
		replace, by string
		same        bool
	}{
		{`"info"`, `"debug"`, false},
		{`--listen`, `--bind`, false},
		{`8080`, `8081`, false},
		{`"bbbb`, `"cccc`, false},
		{`"aaaa`, `"cccc`, true}, // another platform's program
		{`http://127.0.0.1:1`, `http://127.0.0.1:2`, true},
		{`"deadlineSeconds": 60`, `"deadlineSeconds": 90`, true},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secretRefreshSeconds": 60`, true},
		{`"port": 8080`, `"mode": "console", "port": 8080`, false},
		{`"port": 8080`, `"mode": "service", "port": 8080`, true},
		{`"health": {`, resident + `, "health": {"provider": "agent", "port": 8081, `, true},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "secrets": [{"name": "A", "url": "https://v.vault.azure.net/secrets/a", "clientId": "11111111-2222-3333-4444-555555555555"}]`, false},
		{`"releasesToKeep": 3`, `"releasesToKeep": 3, "certificate": {"url": "https://v.vault.azure.net/secrets/a", "clientId": "11111111-2222-3333-4444-555555555555"}`, false},
	} {
		changed := parsed(t, row.replace, row.by)
		if same := release(changed) == base; same != row.same {
			t.Errorf("%s → %s: same release %t, want %t", row.replace, row.by, same, row.same)
		}
		if changed.Hash() == parsed(t, "", "").Hash() {
			t.Errorf("%s → %s: the document's hash is the same", row.replace, row.by)
		}
	}
}

func TestTheHashDoesNotDependOnTheFormat(t *testing.T) {
	var compact any
	if err := json.Unmarshal([]byte(valid), &compact); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(compact)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if again.Hash() != parsed(t, "", "").Hash() {
		t.Error("other hash")
	}
}

func TestAMissingPlatformIsNamedWithTheOnesThatThereAre(t *testing.T) {
	_, err := parsed(t, "", "").Artifact("linux", "arm64")
	if err == nil || !strings.Contains(err.Error(), "linux/arm64") || !strings.Contains(err.Error(), "windows/amd64 linux/amd64") {
		t.Errorf("got %v", err)
	}
}
