package eventsource

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/windows/registry"
	"golang.org/x/sys/windows/svc/eventlog"
)

// Application is the Application log of this machine.
type Application struct{}

var _ Sources = Application{}

const (
	applicationKey = `SYSTEM\CurrentControlSet\Services\EventLog\Application`
	// ownerValue names the service that a source was registered for; what has none belongs to another program.
	ownerValue = "WindowsHaService"
	// messageFile has the messages 1 to 1000 with nothing but their own text.
	messageFile = `%SystemRoot%\System32\EventCreate.exe`
	allTypes    = eventlog.Error | eventlog.Warning | eventlog.Info
)

func (Application) Owned(_ context.Context, service string) ([]string, error) {
	log, err := registry.OpenKey(registry.LOCAL_MACHINE, applicationKey, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil, fmt.Errorf("event log: %w", err)
	}
	defer log.Close()
	names, err := log.ReadSubKeyNames(-1)
	if err != nil {
		return nil, fmt.Errorf("event log: %w", err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return owner(name) != service }), nil
}

func (a Application) Complete(ctx context.Context, service string, sources []string) (bool, error) {
	owned, err := a.Owned(ctx, service)
	if err != nil {
		return false, err
	}
	surplus := slices.ContainsFunc(owned, func(source string) bool { return !slices.Contains(sources, source) })
	return !surplus && !slices.ContainsFunc(sources, missing), nil
}

func (a Application) Replace(ctx context.Context, service string, sources []string) error {
	owned, err := a.Owned(ctx, service)
	if err != nil {
		return err
	}
	for _, source := range owned {
		if slices.Contains(sources, source) {
			continue
		}
		if err := registry.DeleteKey(registry.LOCAL_MACHINE, applicationKey+`\`+source); err != nil && !errors.Is(err, registry.ErrNotExist) {
			return fmt.Errorf("event log source %s: remove: %w", source, err)
		}
	}
	for _, source := range sources {
		if err := register(source, service); err != nil {
			return fmt.Errorf("event log source %s: register: %w (run the agent as an administrator)", source, err)
		}
	}
	return nil
}

// register writes the owner first: a source that a crash leaves half done is found and completed.
func register(source, service string) error {
	key, there, err := registry.CreateKey(registry.LOCAL_MACHINE, applicationKey+`\`+source, registry.SET_VALUE)
	if err != nil {
		return err
	}
	defer key.Close()
	if there && owner(source) != service {
		return nil
	}
	return errors.Join(
		key.SetStringValue(ownerValue, service),
		key.SetDWordValue("CustomSource", 1),
		key.SetExpandStringValue("EventMessageFile", messageFile),
		key.SetDWordValue("TypesSupported", allTypes),
	)
}

// missing tells whether nobody has registered a source.
func missing(source string) bool {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, applicationKey+`\`+source, registry.QUERY_VALUE)
	if err == nil {
		key.Close()
	}
	return errors.Is(err, registry.ErrNotExist)
}

func owner(source string) string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, applicationKey+`\`+source, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer key.Close()
	service, _, err := key.GetStringValue(ownerValue)
	if err != nil {
		return ""
	}
	return service
}
