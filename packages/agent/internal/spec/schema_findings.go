package spec

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// longestSeen keeps a finding on one readable line.
const longestSeen = 80

// schemaFindings turns the tree of a failed validation into a flat list in the order of the paths.
func schemaFindings(instance any, failed *jsonschema.ValidationError) []Finding {
	var findings []Finding
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) == 0 {
			findings = append(findings, leafFindings(instance, e)...)
		}
	}
	walk(failed)
	sortFindings(findings)
	return findings
}

func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int { return strings.Compare(a.Path, b.Path) })
}

func leafFindings(instance any, e *jsonschema.ValidationError) []Finding {
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return each(k.Missing, func(name string) Finding {
			return Finding{pathText(append(slices.Clone(e.InstanceLocation), name)), "nothing", "a value is required"}
		})
	case *kind.AdditionalProperties:
		return each(k.Properties, func(name string) Finding {
			return Finding{pathText(append(slices.Clone(e.InstanceLocation), name)), "an unknown property", "only the properties of the document's type: remove it or correct its name"}
		})
	default:
		return []Finding{{pathText(e.InstanceLocation), seenText(instance, e.InstanceLocation), allowedText(e.ErrorKind)}}
	}
}

func allowedText(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Minimum:
		return "at least " + number(k.Want)
	case *kind.Maximum:
		return "at most " + number(k.Want)
	case *kind.MinLength:
		return fmt.Sprintf("at least %d characters", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("at most %d characters", k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("at least %d entries", k.Want)
	case *kind.Pattern:
		return "text that matches " + k.Want
	case *kind.Type:
		return strings.Join(k.Want, " or ")
	case *kind.Const:
		return jsonText(k.Want)
	case *kind.Enum:
		return strings.Join(each(k.Want, jsonText), ", ")
	default: // a keyword that the schema doesn't use yet
		return k.LocalizedString(message.NewPrinter(language.English))
	}
}

// seenText shows the value at a path, except inside the environment, where somebody may have put a secret by mistake.
func seenText(instance any, location []string) string {
	if len(location) > 2 && location[0] == "service" && location[1] == "environment" {
		return "a value that isn't shown"
	}
	for _, key := range location {
		switch container := instance.(type) {
		case map[string]any:
			instance = container[key]
		case []any:
			index, err := strconv.Atoi(key)
			if err != nil || index >= len(container) {
				return "nothing"
			}
			instance = container[index]
		}
	}
	return jsonText(instance)
}

func jsonText(value any) string {
	switch v := value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if runes := []rune(string(text)); len(runes) > longestSeen {
		return string(runes[:longestSeen]) + "…"
	}
	return string(text)
}

// pathText writes a location as people do: service.port, artifacts[0].url.
func pathText(location []string) string {
	if len(location) == 0 {
		return "(document)"
	}
	var text strings.Builder
	for i, key := range location {
		if _, err := strconv.Atoi(key); err == nil {
			fmt.Fprintf(&text, "[%s]", key)
			continue
		}
		if i > 0 {
			text.WriteByte('.')
		}
		text.WriteString(key)
	}
	return text.String()
}

func number(r *big.Rat) string {
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func each[T, R any](list []T, f func(T) R) []R {
	out := make([]R, len(list))
	for i, item := range list {
		out[i] = f(item)
	}
	return out
}
