package nrpt

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/windows/registry"
)

// Registry is the table of this machine. Windows looks at it for every question, so nothing has to be told of a change.
type Registry struct {
	// Root and Path are for tests; the zero value stands for Windows' own.
	Root registry.Key
	Path string
}

const (
	localPath = `SYSTEM\CurrentControlSet\Services\Dnscache\Parameters\DnsPolicyConfig`
	// policyPath is where Group Policy writes. With a rule there, Windows doesn't look at the local ones at all.
	policyPath = `SOFTWARE\Policies\Microsoft\Windows NT\DNSClient\DnsPolicyConfig`
)

func (r Registry) place() (registry.Key, string) {
	if r.Path == "" {
		return registry.LOCAL_MACHINE, localPath
	}
	return r.Root, r.Path
}

// Ensure writes the rule, or removes it. It touches no other rule.
func (r Registry) Ensure(domain string) error {
	root, path := r.place()
	path += `\` + ruleKey
	if domain == "" {
		if err := registry.DeleteKey(root, path); err != nil && !errors.Is(err, registry.ErrNotExist) {
			return fmt.Errorf("rule of the name resolution policy table: %w", err)
		}
		return nil
	}
	wanted := ruleFor(domain)
	if seen, err := read(root, path); err == nil && seen.equal(wanted) {
		return r.overruled()
	}
	key, _, err := registry.CreateKey(root, path, registry.SET_VALUE)
	if err != nil {
		return fmt.Errorf("rule of the name resolution policy table: %w", err)
	}
	defer key.Close()
	if err := errors.Join(
		key.SetDWordValue("Version", wanted.version),
		key.SetStringsValue("Name", wanted.names),
		key.SetStringValue("GenericDNSServers", wanted.servers),
		key.SetStringValue("IPSECCARestriction", wanted.policyCA),
		key.SetStringValue("Comment", wanted.comment),
		key.SetDWordValue("ConfigOptions", wanted.options),
	); err != nil {
		return fmt.Errorf("rule of the name resolution policy table: %w", err)
	}
	return r.overruled()
}

func read(root registry.Key, path string) (rule, error) {
	key, err := registry.OpenKey(root, path, registry.QUERY_VALUE)
	if err != nil {
		return rule{}, err
	}
	defer key.Close()
	var seen rule
	var failures []error
	number := func(name string) uint32 {
		value, _, err := key.GetIntegerValue(name)
		failures = append(failures, err)
		return uint32(value)
	}
	text := func(name string) string {
		value, _, err := key.GetStringValue(name)
		failures = append(failures, err)
		return value
	}
	seen.names, _, err = key.GetStringsValue("Name")
	seen.servers, seen.comment, seen.policyCA = text("GenericDNSServers"), text("Comment"), text("IPSECCARestriction")
	seen.version, seen.options = number("Version"), number("ConfigOptions")
	return seen, errors.Join(append(failures, err)...)
}

func (r rule) equal(other rule) bool {
	return slices.Equal(r.names, other.names) && r.servers == other.servers && r.comment == other.comment &&
		r.options == other.options && r.version == other.version && r.policyCA == other.policyCA
}

// overruled tells of a rule that can't work, whatever is written.
func (r Registry) overruled() error {
	if r.Path != "" {
		return nil
	}
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, policyPath, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil // no policy
	}
	defer key.Close()
	if rules, err := key.ReadSubKeyNames(1); err == nil && len(rules) > 0 {
		return errors.New("Group Policy has rules of its own in the name resolution policy table, so Windows ignores the machine's: add the rule for Consul's domain (server 127.0.0.1) to that policy")
	}
	return nil
}
