package spec

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed agent-spec.schema.json
var schemaText []byte

//go:embed agent-consul-server-spec.schema.json
var serverSchemaText []byte

// InvalidError lists everything that is wrong with a document, one finding per line.
type InvalidError struct{ Findings []Finding }

// Finding is one mistake: where, what was seen there, what is allowed.
type Finding struct{ Path, Seen, Allowed string }

func (f Finding) String() string {
	return fmt.Sprintf("%s: seen %s; allowed: %s", f.Path, f.Seen, f.Allowed)
}

func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

var (
	schema       = sync.OnceValues(func() (*jsonschema.Schema, error) { return compile("agent-spec.schema.json", schemaText) })
	serverSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
		return compile("agent-consul-server-spec.schema.json", serverSchemaText)
	})
)

func compile(name string, text []byte) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, doc); err != nil {
		return nil, err
	}
	return compiler.Compile(name)
}

// Parse reads a document and checks it against the schema and against the rules that a schema can't express.
func Parse(text []byte) (*AgentSpec, error) {
	return parse(text, "an AgentSpec", schema, ruleFindings)
}

// ParseConsulServer does the same with the document of a server of Consul.
func ParseConsulServer(text []byte) (*ConsulServerSpec, error) {
	return parse(text, "an AgentConsulServerSpec", serverSchema, serverRules)
}

func parse[T any](text []byte, kind string, schema func() (*jsonschema.Schema, error), rules func(*T) []Finding) (*T, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // PowerShell 5 writes a byte order mark
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, &InvalidError{[]Finding{{"(document)", fmt.Sprintf("text that is not JSON (%v)", err), "one JSON object, " + kind}}}
	}
	compiled, err := schema()
	if err != nil {
		return nil, fmt.Errorf("the agent's own schema is broken, which is a defect of this build: %w", err)
	}
	if err := compiled.Validate(instance); err != nil {
		var invalid *jsonschema.ValidationError
		if !errors.As(err, &invalid) {
			return nil, err
		}
		return nil, &InvalidError{schemaFindings(instance, invalid)}
	}
	parsed := new(T)
	if err := json.Unmarshal(text, parsed); err != nil {
		return nil, fmt.Errorf("the document fits the schema but can't be read, which is a defect of this build: %w", err)
	}
	if findings := rules(parsed); len(findings) > 0 {
		return nil, &InvalidError{findings}
	}
	return parsed, nil
}
