package e2e

import (
	"testing"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
)

func consulPlaces(steps ...string) []string {
	var all []string
	for _, step := range steps {
		if !testing.Short() {
			all = append(all, "before consul "+step)
		}
		if !testing.Short() || step == "stop" || step == "commit" {
			all = append(all, "after consul "+step)
		}
	}
	return all
}

func TestAKilledFirstInstallationOfConsulIsPutRightByTheNextRun(t *testing.T) {
	for _, place := range consulPlaces("register", "start", "answer", "record") {
		t.Run(place, func(t *testing.T) {
			d := newDiscovered(t)
			d.crash(place, d.document("1.0.0", d.with("1.21.0", "", "orders")))
			d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
			d.serves("1.0.0")
			d.keeps("1.21.0", "orders")
		})
	}
}

func TestAKilledExchangeOfConsulIsFinishedByTheNextRun(t *testing.T) {
	for _, place := range consulPlaces("stop", "commit", "start", "answer", "record") {
		t.Run(place, func(t *testing.T) {
			d := newDiscovered(t)
			d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
			d.crash(place, d.document("1.0.0", d.with("1.21.1", "", "orders")))
			d.install(d.document("1.0.0", d.with("1.21.1", "", "orders")), exitcode.OK)
			d.keeps("1.21.1", "orders")
		})
	}
}

func TestAPowerCutInAnExchangeEndsWithAConsulAfterTheBoot(t *testing.T) {
	for _, place := range consulPlaces("stop", "commit", "start", "answer", "record") {
		t.Run(place, func(t *testing.T) {
			d := newDiscovered(t)
			d.install(d.document("1.0.0", d.with("1.21.0", "", "orders")), exitcode.OK)
			d.crash(place, d.document("1.0.0", d.with("1.21.1", "", "orders")))
			d.powerCut()
			d.boot()
			d.eventually("one of the two runs by itself", func() bool { return d.consul().State == consul.Ready })
			d.install(d.document("1.0.0", d.with("1.21.1", "", "orders")), exitcode.OK)
			d.keeps("1.21.1", "orders")
		})
	}
}
