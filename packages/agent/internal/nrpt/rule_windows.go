package nrpt

import "strings"

// rule is a rule as Windows keeps it: what Add-DnsClientNrptRule writes
// (https://learn.microsoft.com/openspecs/windows_protocols/ms-gpnrpt).
type rule struct {
	names    []string // REG_MULTI_SZ Name
	servers  string   // REG_SZ GenericDNSServers
	comment  string   // REG_SZ Comment
	options  uint32   // REG_DWORD ConfigOptions
	version  uint32   // REG_DWORD Version
	policyCA string   // REG_SZ IPSECCARestriction
}

const (
	// withServers is the option "generic DNS servers are given".
	withServers = 8
	// ruleVersion is the one since Windows 8.
	ruleVersion = 2
	// server is Consul on this machine, on port 53: a rule names no other.
	server = "127.0.0.1"
	// comment is for the person who finds the rule.
	comment = "windows-ha: names of Consul"
	// ruleKey is always the same, so that there is one rule, however often the domain changes.
	ruleKey = "{6E5A3E0C-4B1D-4C1B-9D57-7A6F2C0A53C1}"
)

func ruleFor(domain string) rule {
	return rule{
		names:   []string{"." + strings.ToLower(strings.Trim(domain, "."))}, // with a dot first: the domain and all below it
		servers: server, comment: comment, options: withServers, version: ruleVersion,
	}
}
