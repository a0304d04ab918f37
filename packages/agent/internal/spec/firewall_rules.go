package spec

import (
	"fmt"
	"net/netip"
	"strings"
)

// usableFirewall: a rule is found by its name, and a source that can't be read would fail only on the machine.
func usableFirewall(s *AgentSpec) []Finding {
	if s.HostFirewall == nil {
		return nil
	}
	var findings []Finding
	first := map[string]int{}
	for i, rule := range s.HostFirewall.Rules {
		path := fmt.Sprintf("hostFirewall.rules[%d]", i)
		name := strings.ToLower(rule.Name)
		if j, taken := first[name]; taken {
			findings = append(findings, Finding{path + ".name", jsonText(rule.Name), fmt.Sprintf("a name used once (case doesn't count); hostFirewall.rules[%d] has it already", j)})
		} else {
			first[name] = i
		}
		for j, source := range rule.Sources {
			if !usableSource(source) {
				findings = append(findings, Finding{fmt.Sprintf("%s.sources[%d]", path, j), jsonText(source), "an address, or a range by its first address, such as 203.0.113.0/24"})
			}
		}
	}
	return findings
}

func usableSource(source string) bool {
	if prefix, err := netip.ParsePrefix(source); err == nil {
		return prefix.Masked() == prefix
	}
	_, err := netip.ParseAddr(source)
	return err == nil
}
