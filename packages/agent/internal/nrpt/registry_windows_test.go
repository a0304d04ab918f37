package nrpt

import (
	"errors"
	"testing"

	"golang.org/x/sys/windows/registry"
)

func TestTheRuleIsWrittenChangedAndRemovedAndNoOtherIsTouched(t *testing.T) {
	const path = `Software\windows-ha-test\DnsPolicyConfig`
	table := Registry{registry.CURRENT_USER, path}
	other, _, err := registry.CreateKey(registry.CURRENT_USER, path+`\{somebody else's}`, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	other.Close()
	defer func() {
		for _, key := range []string{path + `\{somebody else's}`, path, `Software\windows-ha-test`} {
			if err := registry.DeleteKey(registry.CURRENT_USER, key); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
	}()
	for _, domain := range []string{"consul", "consul", "corp.example"} {
		if err := table.Ensure(domain); err != nil {
			t.Fatal(err)
		}
		seen, err := read(registry.CURRENT_USER, path+`\`+ruleKey)
		if err != nil || !seen.equal(ruleFor(domain)) || seen.names[0] != "."+domain {
			t.Errorf("%s: %+v, %v", domain, seen, err)
		}
	}
	for range 2 {
		if err := table.Ensure(""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := read(registry.CURRENT_USER, path+`\`+ruleKey); !errors.Is(err, registry.ErrNotExist) {
		t.Errorf("left: %v", err)
	}
	if _, err := registry.OpenKey(registry.CURRENT_USER, path+`\{somebody else's}`, registry.QUERY_VALUE); err != nil {
		t.Errorf("another rule: %v", err)
	}
}
