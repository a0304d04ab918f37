package settings

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Dependency is another system that the service needs: tcp://host:port, or an http(s) address that answers below 400.
type Dependency struct {
	Name   string
	Target *url.URL
}

var dependencyName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

// The addresses are never repeated in an error: somebody may have put a password or token into one.
func (e *Invalid) dependencies(list string) []Dependency {
	var dependencies []Dependency
	seen := map[string]bool{}
	for index, entry := range strings.Split(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		name, address, found := strings.Cut(entry, "=")
		if !found || !dependencyName.MatchString(name) {
			e.add(`ORDERS_DEPENDENCIES, entry %d: must be "name=address", the name from a-z, 0-9 and "-", such as "db=tcp://10.0.2.4:5432"`, index+1)
			continue
		}
		if seen[name] {
			e.add("ORDERS_DEPENDENCIES, entry %d: the name %q is there twice; give each dependency its own", index+1, name)
		}
		seen[name] = true
		target, reason := parseTarget(address)
		if reason != "" {
			e.add("ORDERS_DEPENDENCIES, entry %d (%q): %s", index+1, name, reason)
			continue
		}
		dependencies = append(dependencies, Dependency{Name: name, Target: target})
	}
	return dependencies
}

func parseTarget(address string) (target *url.URL, reason string) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, "the address can't be read as a URL; it must be tcp://host:port, http://host/path or https://host/path"
	}
	if target.User != nil {
		return nil, "the address carries a user or password; a check needs none, take it out"
	}
	switch target.Scheme {
	case "http", "https":
		if target.Hostname() == "" {
			return nil, "the address names no host; it must be like http://10.0.2.5:8080/health"
		}
	case "tcp":
		host, port, err := net.SplitHostPort(target.Host)
		if err == nil {
			_, err = strconv.ParseUint(port, 10, 16)
		}
		if err != nil || host == "" || port == "0" || target.Path != "" || target.RawQuery != "" {
			return nil, "a tcp address is a host and a port alone, such as tcp://10.0.2.4:5432"
		}
	default:
		return nil, "the scheme must be tcp, http or https"
	}
	return target, ""
}
