package adopt

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/machine"
)

// Parameters are what a file beside the registration holds, which stands in for the key Parameters of the service.
func Parameters(m machine.Machine, name string) (Values, error) {
	values := Values{}
	err := atomicfile.ReadJSON(filepath.Join(m.Root, "scm", "services", name+".parameters"), &values)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return values, err
}
