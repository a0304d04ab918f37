// Package hostfirewall keeps the rules by which a machine's own firewall lets clients in to a service: a network that
// admits a flow is of no use while the machine refuses it.
package hostfirewall

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Rule lets traffic in to one service on one port. All other programs stay closed on that port.
type Rule struct {
	// Name is unique among the rules of the service.
	Name     string `json:"name"`
	Protocol string `json:"protocol"` // "Tcp" or "Udp"
	Port     int    `json:"port"`
	// Sources are addresses and ranges (CIDR); none means whoever the network lets through.
	Sources []string `json:"sources"`
}

// Firewall is the firewall of a machine, as far as one service's rules go.
type Firewall interface {
	// Rules are those of a service; none for a service that has none, or that nobody knows.
	Rules(ctx context.Context, service string) ([]Rule, error)
	// Replace makes the rules of a service exactly these; none removes them all. A rule that stays isn't touched, so
	// that no flow is refused meanwhile.
	Replace(ctx context.Context, service string, rules []Rule) error
}

// Same tells whether two lists let the same flows in under the same names, in whatever order and notation.
func Same(a, b []Rule) bool {
	return slices.EqualFunc(sorted(a), sorted(b), Rule.equal)
}

func (r Rule) equal(other Rule) bool {
	return r.Name == other.Name && r.Protocol == other.Protocol && r.Port == other.Port &&
		slices.Equal(canonical(r.Sources), canonical(other.Sources))
}

func sorted(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	return rules
}

// canonical writes each source once, as CIDR or as a plain address, in a fixed order. Windows gives back
// 10.0.0.0/255.0.0.0 for 10.0.0.0/8, and * for everybody.
func canonical(sources []string) []string {
	all := []string{}
	for _, source := range sources {
		if source == "*" {
			return nil
		}
		all = append(all, canonicalSource(strings.TrimSpace(source)))
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 0 {
		return nil
	}
	return all
}

func canonicalSource(source string) string {
	if address, mask, masked := strings.Cut(source, "/"); masked {
		if parsed := net.ParseIP(mask).To4(); parsed != nil {
			if ones, bits := net.IPMask(parsed).Size(); bits != 0 {
				source = netip.PrefixFrom(parse(address), ones).String()
			}
		}
		prefix, err := netip.ParsePrefix(source)
		if err != nil {
			return source
		}
		if prefix.IsSingleIP() {
			return prefix.Addr().String()
		}
		return prefix.Masked().String()
	}
	// What Windows may write for one address.
	if first, last, ranged := strings.Cut(source, "-"); ranged && first == last {
		return first
	}
	return source
}

func parse(address string) netip.Addr {
	parsed, _ := netip.ParseAddr(address)
	return parsed
}
