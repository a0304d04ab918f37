package spec

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Placeholders are the names that may stand as ${NAME} in arguments and environment values.
var Placeholders = []string{"WINDOWS_HA_ADDRESS", "WINDOWS_HA_MACHINE", "WINDOWS_HA_DRAIN_FILE", "WINDOWS_HA_DATA_FOLDER", "WINDOWS_HA_LOG_FOLDER"}

// ownPrefix is kept for the variables that the agent itself gives to a service.
const ownPrefix = "WINDOWS_HA_"

var (
	// Windows keeps these names for devices, with any extension; a service's folder can't have them.
	deviceName = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)
	// What a service's id in Consul may be: it names a file.
	fileName    = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$`)
	placeholder = regexp.MustCompile(`\$\{(` + ownPrefix + `[A-Z_]*)\}`)
	// Windows stores a service's command line as REG_EXPAND_SZ, so %NAME% in it would be replaced.
	expanded = regexp.MustCompile(`%[^%]+%`)
)

// rules are what a JSON Schema can't say.
var rules = []func(*AgentSpec) []Finding{
	usableName, freeName, onePerPlatform, protectedTokens, reachableGate, usableHealth, usableArguments, usableEnvironment, usableSecrets,
	usableAccount, usableDependencies, endingRecovery, enoughPreShutdown, usableFirewall, usableSchedule, usableConsul,
}

func ruleFindings(s *AgentSpec) []Finding {
	var findings []Finding
	for _, rule := range rules {
		findings = append(findings, rule(s)...)
	}
	return findings
}

func usableName(s *AgentSpec) []Finding {
	if name := s.Service.Name; deviceName.MatchString(name) || strings.HasSuffix(name, ".") {
		return []Finding{{"service.name", jsonText(name), "a name that Windows can give to a folder: no device name such as NUL or COM1, no dot at the end"}}
	}
	return nil
}

func freeName(s *AgentSpec) []Finding {
	if name := s.Service.Name; strings.EqualFold(name, machine.AgentService) {
		return []Finding{{"service.name", jsonText(name), "another name: this is the agent's own service"}}
	} else if s.Consul != nil && strings.EqualFold(name, machine.ConsulService) {
		return []Finding{{"service.name", jsonText(name), "another name: this is Consul's, which the document declares, too"}}
	}
	return nil
}

func onePerPlatform(s *AgentSpec) []Finding {
	var findings []Finding
	first := map[string]int{}
	for i, a := range s.Artifacts {
		platform := a.OS + "/" + a.Arch
		if j, seen := first[platform]; seen {
			findings = append(findings, Finding{fmt.Sprintf("artifacts[%d]", i), platform + " again", fmt.Sprintf("one entry per platform; artifacts[%d] has it already", j)})
			continue
		}
		first[platform] = i
	}
	return findings
}

// protectedTokens: whoever reads a token on its way may read the blobs too. Loopback is a sandbox's.
func protectedTokens(s *AgentSpec) []Finding {
	var findings []Finding
	for i, a := range s.Artifacts {
		address, err := url.Parse(a.URL)
		if a.Authentication == nil || err == nil && keepsToken(address) {
			continue
		}
		findings = append(findings, Finding{fmt.Sprintf("artifacts[%d].url", i), "no https address, with authentication", "an https address: a token of the machine's identity is sent there"})
	}
	return findings
}

func keepsToken(address *url.URL) bool {
	return address.Scheme == "https" || strings.HasPrefix(address.Hostname(), "127.")
}

func reachableGate(s *AgentSpec) []Finding {
	h := s.Health
	needed := Seconds(h.ConsecutiveSuccesses-1) * h.Interval
	if needed < h.Deadline {
		return nil
	}
	return []Finding{{
		"health.deadlineSeconds", fmt.Sprint(h.Deadline),
		fmt.Sprintf("more than (consecutiveSuccesses - 1) × intervalSeconds = %v, else no release can ever be good", needed),
	}}
}

func usableArguments(s *AgentSpec) []Finding {
	var findings []Finding
	for i, argument := range s.Service.Arguments {
		path := fmt.Sprintf("service.arguments[%d]", i)
		findings = append(findings, textFindings(path, argument)...)
		if expanded.MatchString(argument) {
			findings = append(findings, Finding{path, jsonText(argument), "no %NAME%: Windows would replace it in a service's command line"})
		}
	}
	return findings
}

func usableEnvironment(s *AgentSpec) []Finding {
	var findings []Finding
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.Service.Environment)) {
		path := "service.environment." + name
		upper := strings.ToUpper(name)
		switch {
		case name == "" || strings.ContainsAny(name, "=\x00"):
			findings = append(findings, Finding{path, jsonText(name), "a variable's name: not empty, without = and NUL"})
		case strings.HasPrefix(upper, ownPrefix):
			findings = append(findings, Finding{path, jsonText(name), "a name that doesn't begin with " + ownPrefix + ": the agent sets those itself"})
		case first[upper] != "":
			findings = append(findings, Finding{path, jsonText(name), "names that differ by more than case: Windows takes it for " + first[upper]})
		}
		first[upper] = name
		findings = append(findings, textFindings(path, s.Service.Environment[name])...)
	}
	return findings
}

func textFindings(path, text string) []Finding {
	var findings []Finding
	if strings.ContainsRune(text, 0) {
		findings = append(findings, Finding{path, "a NUL character", "text without NUL"})
	}
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(Placeholders, match[1]) {
			findings = append(findings, Finding{path, match[0], "${" + strings.Join(Placeholders, "}, ${") + "}"})
		}
	}
	return findings
}
