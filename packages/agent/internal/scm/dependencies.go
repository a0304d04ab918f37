//go:build linux

package scm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// start starts a service after those that it depends on. A name that isn't registered here stands for one of Windows'
// own services, which run.
func (m *manager) start(u *unit, waiting ...string) error {
	name, settings := u.registered()
	if slices.Contains(waiting, name) {
		return fmt.Errorf("%s and %s depend on each other", name, waiting[len(waiting)-1])
	}
	for _, other := range m.units {
		dependency, _ := other.registered()
		if !dependsOn(settings.Dependencies, dependency) {
			continue
		}
		if err := m.start(other, append(waiting, name)...); err != nil {
			return fmt.Errorf("the service %s that %s depends on does not start: %w", dependency, name, err)
		}
	}
	return u.start()
}

// stop refuses, as Windows does (1051), while a service runs that depends on this one.
func (m *manager) stop(u *unit) error {
	name, _ := u.registered()
	for _, other := range m.units {
		dependent, settings := other.registered()
		if other.status().Running() && dependsOn(settings.Dependencies, name) {
			return errors.New("the running service " + dependent + " depends on it: stop that one first")
		}
	}
	u.end((*process).askToStop)
	return nil
}

func dependsOn(dependencies []string, name string) bool {
	return slices.ContainsFunc(dependencies, func(dependency string) bool { return strings.EqualFold(dependency, name) })
}
