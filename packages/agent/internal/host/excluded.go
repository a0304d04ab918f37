package host

import (
	"fmt"
	"strconv"
	"strings"
)

// reservedRange finds a port in what `netsh interface ipv4 show excludedportrange protocol=tcp` prints: rows of two
// numbers, in every language, with a star behind the ones that an administrator made.
func reservedRange(output string, port int) string {
	for line := range strings.Lines(output) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		first, err := strconv.Atoi(words[0])
		last, lastErr := strconv.Atoi(words[1])
		if err == nil && lastErr == nil && first <= port && port <= last {
			return fmt.Sprintf("%d-%d", first, last)
		}
	}
	return ""
}
