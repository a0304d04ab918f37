package install

import (
	"context"
	"errors"

	"github.com/windows-ha/windows-ha/packages/agent/internal/hostfirewall"
)

// exposure is how a service can be reached and read on its machine, beyond its own registration.
type exposure struct {
	Rules   []hostfirewall.Rule `json:"rules,omitempty"`
	Sources []string            `json:"sources,omitempty"`
}

// exposure is what the release declares. A document that says nothing about it has none: what a former one had goes.
func (r release) exposure() exposure {
	var e exposure
	if r.Spec.HostFirewall != nil {
		e.Rules = r.Spec.HostFirewall.Rules
	}
	if r.Spec.EventSource != "" {
		e.Sources = []string{r.Spec.EventSource}
	}
	return e
}

// expose makes the release reachable just before it starts. The way back restores what was there, whatever a document
// said about it.
var expose = step{
	Name: "expose",
	Do: func(ctx context.Context, t *transaction) error {
		return t.expose(ctx, t.Next.name(), t.Next.exposure())
	},
	Undo: func(ctx context.Context, t *transaction) error { return t.expose(ctx, t.Next.name(), t.FormerExposure) },
}

func (i *Installer) exposed(ctx context.Context, name string) (exposure, error) {
	rules, err := i.Firewall.Rules(ctx, name)
	if err != nil {
		return exposure{}, err
	}
	sources, err := i.EventSources.Owned(ctx, name)
	return exposure{rules, sources}, err
}

// isExposed tells whether [Installer.expose] would change nothing.
func (i *Installer) isExposed(ctx context.Context, name string, e exposure) (bool, error) {
	rules, err := i.Firewall.Rules(ctx, name)
	if err != nil || !hostfirewall.Same(rules, e.Rules) {
		return false, err
	}
	return i.EventSources.Complete(ctx, name, e.Sources)
}

func (i *Installer) expose(ctx context.Context, name string, e exposure) error {
	return errors.Join(i.Firewall.Replace(ctx, name, e.Rules), i.EventSources.Replace(ctx, name, e.Sources))
}
