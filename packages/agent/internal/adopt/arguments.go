package adopt

import "strings"

// splitArguments takes a command line apart as Microsoft's C runtime does ("Parsing C command-line arguments"), on every
// platform: blanks separate, quotation marks hold together, and backslashes count only before one.
func splitArguments(line string) []string {
	var arguments []string
	var current strings.Builder
	inside, started := false, false
	end := func() {
		if started {
			arguments = append(arguments, current.String())
		}
		current.Reset()
		started = false
	}
	for at := 0; at < len(line); at++ {
		switch c := line[at]; {
		case c == '\\':
			run := len(line[at:]) - len(strings.TrimLeft(line[at:], `\`))
			started = true
			if next := at + run; next < len(line) && line[next] == '"' {
				current.WriteString(strings.Repeat(`\`, run/2))
				if run%2 == 1 {
					current.WriteByte('"')
					at = next
					continue
				}
			} else {
				current.WriteString(strings.Repeat(`\`, run))
			}
			at += run - 1
		case c == '"' && inside && at+1 < len(line) && line[at+1] == '"':
			current.WriteByte('"') // two inside stand for one
			at++
		case c == '"':
			inside, started = !inside, true
		case (c == ' ' || c == '\t') && !inside:
			end()
		default:
			current.WriteByte(c)
			started = true
		}
	}
	end()
	return arguments
}
