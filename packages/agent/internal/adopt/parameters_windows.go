package adopt

import (
	"errors"

	"golang.org/x/sys/windows/registry"

	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Parameters are the texts of the service's key Parameters; none for a service without one.
func Parameters(_ machine.Machine, name string) (Values, error) {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, `SYSTEM\CurrentControlSet\Services\`+name+`\Parameters`, registry.QUERY_VALUE)
	if errors.Is(err, registry.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer key.Close()
	names, err := key.ReadValueNames(-1)
	if err != nil {
		return nil, err
	}
	values := Values{}
	for _, name := range names {
		text, kind, err := key.GetStringValue(name)
		switch {
		case err == nil && kind == registry.EXPAND_SZ:
			if text, err = registry.ExpandString(text); err != nil {
				return nil, err
			}
			values[name] = []string{text}
		case err == nil:
			values[name] = []string{text}
		default:
			if list, _, err := key.GetStringsValue(name); err == nil {
				values[name] = list
			}
		}
	}
	return values, nil
}
