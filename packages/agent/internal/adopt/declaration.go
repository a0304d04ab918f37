package adopt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/service"
)

// secretName are names whose values are nobody's business; the same as `service.environment` refuses.
var secretName = regexp.MustCompile(`(?i)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|ACCOUNT|PRIVATE|SHARED)_?KEY|CONNECTION_?STRING|CREDENTIALS?)$`)

// secretShape are the names that a declared secret may have.
var secretShape = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)

// WithoutSecrets is the same without the values of variables that look like secrets.
func (f Found) WithoutSecrets() Found {
	f.Program.Environment = append([]string(nil), f.Program.Environment...)
	for i, variable := range f.Program.Environment {
		if name, _, _ := strings.Cut(variable, "="); secretName.MatchString(name) {
			f.Program.Environment[i] = name + "=(not shown)"
		}
	}
	return f
}

// Declaration is the text of the ServiceArgs that stand for a service, in TypeScript. What nobody but its owner knows is
// marked.
func (f Found) Declaration(name string) string {
	var text strings.Builder
	line := func(format string, values ...any) { fmt.Fprintf(&text, "  "+format+"\n", values...) }
	text.WriteString("service: {\n")
	line("name: %s,", quoted(name))
	if f.Settings.DisplayName != "" && f.Settings.DisplayName != name {
		line("displayName: %s,", quoted(f.Settings.DisplayName))
	}
	if f.Settings.Description != "" {
		line("description: %s,", quoted(f.Settings.Description))
	}
	line(`version: "1.0.0", // yours to say`)
	line("artifact: { path: %s }, // a copy of it, where the deployment runs", quoted(f.Program.Path))
	if f.Wrapper != "" {
		line(`mode: "console", // %s runs it now`, f.Wrapper)
	}
	line("port: 0, // the TCP port that it listens on")
	if len(f.Program.Arguments) > 0 {
		line("arguments: %s,", quoted(f.Program.Arguments))
	}
	f.declareEnvironment(line)
	f.declareSettings(line)
	line(`// health: { provider: "agent", port: 8081 }, // if it answers neither /health nor /ready`)
	text.WriteString("},\n")
	f.remark(&text)
	return text.String()
}

func (f Found) declareEnvironment(line func(string, ...any)) {
	var plain, secret, kept []string
	for _, variable := range f.Program.Environment {
		name, value, _ := strings.Cut(variable, "=")
		entry := fmt.Sprintf("%s: %s", name, quoted(value))
		switch {
		case !secretName.MatchString(name):
			plain = append(plain, entry)
		case secretShape.MatchString(name):
			secret = append(secret, fmt.Sprintf("%s: { value: config.requireSecret(%s) }", name, quoted(name)))
		default:
			kept = append(kept, name)
		}
	}
	if len(plain) > 0 {
		line("environment: { %s },", strings.Join(plain, ", "))
	}
	if len(secret) > 0 {
		line("secrets: { %s }, // files that <NAME>_FILE names; in its environment now", strings.Join(secret, ", "))
	}
	for _, name := range kept {
		line("// %s looks like a secret: give it in `secrets`, under a name in capitals", name)
	}
}

func (f Found) declareSettings(line func(string, ...any)) {
	s := f.Settings
	switch {
	case s.Account == service.LocalSystem:
		line("// It runs as LocalSystem; without `account` it gets an account of its own, with fewer rights.")
	case s.Account != "":
		line("account: { name: %s },", quoted(s.Account))
	}
	if s.StartMode != "" && s.StartMode != service.StartAutomatic {
		line("startMode: %s,", quoted(s.StartMode))
	}
	if len(s.Dependencies) > 0 {
		line("dependencies: %s,", quoted(s.Dependencies))
	}
}

// remark names what has no place in a declaration.
func (f Found) remark(text *strings.Builder) {
	if f.WorkingDirectory != "" {
		fmt.Fprintf(text, "// It is started in %s: the agent starts it elsewhere, so name its files by absolute paths.\n", f.WorkingDirectory)
	}
	if len(f.Output) > 0 {
		fmt.Fprintf(text, "// It prints to %s: the agent keeps that in its own rotating files.\n", strings.Join(f.Output, " and "))
	}
}

// quoted is a value as TypeScript writes it: JSON, with < and > as they are.
func quoted(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // texts always marshal
	}
	return strings.TrimSpace(strings.ReplaceAll(text.String(), `","`, `", "`))
}
