package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

const validDocument = `{"schemaVersion":1,"service":{"name":"orders","displayName":"Orders","description":"","version":"1.0.0","port":8080,"arguments":[],"environment":{}},
"artifacts":[{"os":"linux","arch":"amd64","url":"http://127.0.0.1/o","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],
"health":{"path":"/health","intervalSeconds":1,"timeoutSeconds":1,"consecutiveSuccesses":1,"deadlineSeconds":5},
"stop":{"drainSeconds":0,"stopSeconds":1,"killSeconds":1},"releasesToKeep":2}`

func TestCommandLines(t *testing.T) {
	t.Setenv("WINDOWS_HA_ROOT", t.TempDir())
	file := filepath.Join(t.TempDir(), "spec.json")
	if err := os.WriteFile(file, []byte(validDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	hash := func(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }
	for _, row := range []struct {
		line string
		code exitcode.Code
		says string
	}{
		{"version", 0, "windows-ha-agent 0.0.0-dev"},
		{"--help", 0, "first-install-removed"},
		{"validate --spec " + file, 0, "valid: orders 1.0.0"},
		{"validate --spec-base64 " + encode(validDocument), 0, "valid: orders 1.0.0"},
		{"validate --spec-base64 " + encode(strings.Replace(validDocument, "8080", "0", 1)), 2, "service.port: seen 0; allowed: at least 1"},
		{"validate --spec-base64 %%%", 2, "not base64"},
		{"validate --spec /does/not/exist", 2, "/does/not/exist"},
		{"validate", 2, "exactly one of --spec and --spec-base64"},
		{"install --spec " + file + " --spec-base64 e30=", 2, "exactly one of --spec and --spec-base64"},
		{"install --spec " + file + " --spec-sha256 " + hash("another"), 2, "the AgentSpec has the SHA-256 " + hash(validDocument)},
		{"install --spec " + file + " --agent-sha256 " + hash("another"), 30, "this agent has the SHA-256"},
		{"install --spec-sha256 " + hash(""), 2, "exactly one of --spec and --spec-base64"},
		{"install --sepc x", 2, "unknown flag: --sepc"},
		{"instal", 2, `unknown argument "instal"`},
		{"status extra", 2, `unknown argument "extra"`},
		{"status", 0, "no service is installed"},
		{"uninstall --service orders", 0, "nothing to do"},
		{"recover", 0, "nothing to do"},
		{"recover --json", 0, `"result": "ok"`},
		{"drain", 12, "allowed: a service that is installed"},
		{"undrain --service orders --json", 12, `"result": "not-prepared"`},
		{"rollback --to 1.0.0", 12, "allowed: a service that is installed"},
		{"consul", 0, "Make this machine a server of Consul"},
		{"consul status", 0, "Consul isn't installed"},
		{"consul status --json", 0, `"state": "absent"`},
		{"consul uninstall", 0, "Consul isn't installed: nothing to do"},
		{"consul gate", 12, "is no server of Consul"},
		{"consul snapshot", 2, "give --output"},
		{"consul restore --input a --blob b", 2, "exactly one of --input and --blob"},
		{"consul install --spec " + file, 2, "consul: seen nothing; allowed: a value is required"},
		{"consul instal", 2, `unknown`},
		{"rollback 1.0.0", 2, `unknown argument "1.0.0"`},
	} {
		t.Run(row.line, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := Run(strings.Fields(row.line), &stdout, &stderr)
			if all := stdout.String() + stderr.String(); code != row.code || !strings.Contains(all, row.says) {
				t.Errorf("exit code %d, want %d with %q\n%s", code, row.code, row.says, all)
			}
		})
	}
}

func TestTheLastLineOfAFailureStandsAlone(t *testing.T) {
	var stdout, stderr bytes.Buffer
	broken := strings.NewReplacer("8080", "0", `"releasesToKeep":2`, `"releasesToKeep":1`, "1.0.0", strings.Repeat("x", 5000)).Replace(validDocument)
	Run([]string{"validate", "--spec-base64", base64.StdEncoding.EncodeToString([]byte(broken))}, &stdout, &stderr)
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	last := lines[len(lines)-1]
	for _, want := range []string{"windows-ha-agent: ", "service.port", "releasesToKeep", "service.version", "[exit code 2, invalid]"} {
		if !strings.Contains(last, want) {
			t.Errorf("%q is not in %q", want, last)
		}
	}
	if len(last) > 2048 {
		t.Errorf("%d bytes are too long for half of what Azure shows", len(last))
	}
}
