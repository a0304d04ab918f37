package hostfirewall

import (
	"os"
	"path/filepath"
	"testing"
)

func rule(sources ...string) []Rule {
	return []Rule{{Name: "clients", Protocol: "Tcp", Port: 8080, Sources: sources}}
}

func TestTwoNotationsOfTheSameSourcesAreTheSame(t *testing.T) {
	for _, row := range []struct {
		declared, seen []string
		same           bool
	}{
		{nil, []string{"*"}, true},
		{[]string{"10.20.0.0/16"}, []string{"10.20.0.0/255.255.0.0"}, true},
		{[]string{"168.63.129.16"}, []string{"168.63.129.16/255.255.255.255"}, true},
		{[]string{"168.63.129.16/32"}, []string{"168.63.129.16"}, true},
		{[]string{"10.0.0.1", "10.0.0.2"}, []string{"10.0.0.2", " 10.0.0.1"}, true},
		{[]string{"10.0.0.1"}, []string{"10.0.0.1-10.0.0.1"}, true},
		{[]string{"fd00::/8"}, []string{"fd00::/8"}, true},
		{[]string{"10.20.0.0/16"}, []string{"10.20.0.0/255.255.255.0"}, false},
		{[]string{"10.0.0.1"}, []string{"10.0.0.1-10.0.0.9"}, false},
		{[]string{"10.0.0.1"}, []string{"*"}, false},
		{nil, []string{"LocalSubnet"}, false},
	} {
		if got := Same(rule(row.declared...), rule(row.seen...)); got != row.same {
			t.Errorf("%v and %v: got %t, want %t", row.declared, row.seen, got, row.same)
		}
	}
}

func TestARuleThatDiffersInAnythingIsAnother(t *testing.T) {
	for what, change := range map[string]func(*Rule){
		"name":     func(r *Rule) { r.Name = "others" },
		"protocol": func(r *Rule) { r.Protocol = "Udp" },
		"port":     func(r *Rule) { r.Port = 8081 },
	} {
		changed := rule("10.0.0.1")
		change(&changed[0])
		if Same(changed, rule("10.0.0.1")) {
			t.Errorf("%s makes no difference", what)
		}
	}
	if Same(rule(), nil) {
		t.Error("a rule is the same as none")
	}
}

func TestTheRecorderKeepsTheRulesOfEachServiceApart(t *testing.T) {
	r := Recorder{filepath.Join(t.TempDir(), "firewall")}
	for service, rules := range map[string][]Rule{"orders": rule("10.0.0.1"), "billing": rule()} {
		if err := r.Replace(t.Context(), service, rules); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second time there is nothing to remove
		if err := r.Replace(t.Context(), "billing", nil); err != nil {
			t.Fatal(err)
		}
	}
	if rules, err := r.Rules(t.Context(), "orders"); err != nil || !Same(rules, rule("10.0.0.1")) {
		t.Errorf("got %v, %v", rules, err)
	}
	if rules, err := r.Rules(t.Context(), "billing"); err != nil || len(rules) > 0 {
		t.Errorf("got %v, %v", rules, err)
	}
}

func TestTheRecorderWritesNothingThatIsThereAlready(t *testing.T) {
	r := Recorder{t.TempDir()}
	file := filepath.Join(r.Folder, "orders.json")
	if err := r.Replace(t.Context(), "orders", rule("10.0.0.0/8")); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Replace(t.Context(), "orders", rule("10.0.0.0/8")); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was written again (%v)", err)
	}
}
