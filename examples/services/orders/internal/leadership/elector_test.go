package leadership

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul/consultest"
)

const (
	lock    = "leader/orders/lock"
	journal = "leader/orders/journal"
)

var quick = Timing{
	LockDelay: 80 * time.Millisecond, Confirm: 50 * time.Millisecond, Lease: 200 * time.Millisecond, Follow: time.Second,
	Retry: 10 * time.Millisecond, BackOff: []time.Duration{10 * time.Millisecond, 40 * time.Millisecond},
}

// patient has a lease and a lock-delay that nobody reaches by chance on a busy computer.
var patient = func() Timing {
	timing := quick
	timing.LockDelay, timing.Lease = 2*time.Second, 3*time.Second
	return timing
}()

// instance is one process of a service, as far as it wants to lead.
type instance struct {
	*Elector
	*Journal
	draining atomic.Bool
	stop     func()
}

func join(t *testing.T, server *consultest.Server, machine string) *instance {
	t.Helper()
	return joinAs(t, server, machine, machine+":health", quick)
}

func joinAs(t *testing.T, server *consultest.Server, machine, check string, timing Timing) *instance {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	client := server.Client(t)
	i := &instance{Journal: &Journal{Records: client, Key: journal, Machine: machine, Interval: 5 * time.Millisecond, Log: log}}
	i.Elector = &Elector{Locks: client, Key: lock, Check: check, Machine: machine, Draining: i.draining.Load, Lead: i.Keep, Timing: timing, Log: log}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); i.Run(ctx) }()
	i.stop = func() { cancel(); <-ended }
	t.Cleanup(i.stop)
	return i
}

func (i *instance) leads() bool { return i.State().Leading }

func eventually(t *testing.T, what string, holds func() bool) time.Duration {
	t.Helper()
	started := time.Now()
	for deadline := started.Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if holds() {
			return time.Since(started)
		}
	}
	t.Fatalf("waited 5 s for %s", what)
	return 0
}

// checkJournal fails unless entries follow one another and no token comes after a greater one, or from two machines.
func checkJournal(t *testing.T, server *consultest.Server) []Entry {
	t.Helper()
	var entries []Entry
	if err := json.Unmarshal([]byte(server.Value(journal)), &entries); err != nil {
		t.Fatal(err)
	}
	for n, entry := range entries[1:] {
		before := entries[n]
		if entry.Sequence != before.Sequence+1 || entry.Token < before.Token || entry.Token == before.Token && entry.Machine != before.Machine {
			t.Errorf("entry %+v after %+v", entry, before)
		}
	}
	return entries
}

func TestOneLeadsAndTheOthersKnowWho(t *testing.T) {
	server := consultest.New(t)
	all := []*instance{join(t, server, "vm-1"), join(t, server, "vm-2"), join(t, server, "vm-3")}
	eventually(t, "one opinion", func() bool {
		leaders, names := 0, map[string]bool{}
		for _, i := range all {
			if i.leads() {
				leaders++
			}
			names[i.State().Leader] = true
		}
		return leaders == 1 && len(names) == 1 && !names[""]
	})
}

func TestAFailedCheckGivesTheLeadToAnotherAfterTheLockDelay(t *testing.T) {
	server := consultest.New(t)
	first := join(t, server, "vm-1")
	eventually(t, "the first leader", first.leads)
	token := first.State().Token
	second := join(t, server, "vm-2")
	eventually(t, "a follower", func() bool { return second.State().Leader == "vm-1" })

	failed := time.Now()
	server.Fail("vm-1:health")
	eventually(t, "another leader", func() bool { return second.leads() || first.leads() && first.State().Token > token })
	if took := time.Since(failed); took < quick.LockDelay {
		t.Errorf("after %v: the lock-delay of %v was not kept", took, quick.LockDelay)
	}
	eventually(t, "one leader", func() bool { return first.leads() != second.leads() })
	checkJournal(t, server)
}

func TestALostSessionEndsTheLeadAtOnce(t *testing.T) {
	server := consultest.New(t)
	leader := joinAs(t, server, "vm-1", "vm-1:health", patient)
	eventually(t, "the leader", leader.leads)
	token := leader.State().Token
	server.Fail("vm-1:health")
	if took := eventually(t, "its end", func() bool { return !leader.leads() }); took > patient.Lease/2 {
		t.Errorf("it led on for %v", took)
	}
	eventually(t, "a new lead with a greater token", func() bool { return leader.leads() && leader.State().Token > token })
}

func TestALeaderThatLeavesHandsOverWithoutTheLockDelay(t *testing.T) {
	for name, leave := range map[string]func(*instance){
		"stop":  func(i *instance) { i.stop() },
		"drain": func(i *instance) { i.draining.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			server := consultest.New(t)
			first := joinAs(t, server, "vm-1", "vm-1:health", patient)
			eventually(t, "the first leader", first.leads)
			second := joinAs(t, server, "vm-2", "vm-2:health", patient)
			eventually(t, "a follower", func() bool { return second.State().Leader == "vm-1" })
			leave(first)
			if took := eventually(t, "the second leader", second.leads); took >= patient.LockDelay {
				t.Errorf("it took %v, which is the lock-delay", took)
			}
			eventually(t, "the end of its session", func() bool { return strings.Contains(strings.Join(server.Asked(), "\n"), "session/destroy") })
			released, destroyed := -1, -1
			for n, request := range server.Asked() {
				switch {
				case strings.Contains(request, "release="):
					released = n
				case strings.Contains(request, "session/destroy") && destroyed < 0:
					destroyed = n
				}
			}
			if released < 0 || destroyed < released {
				t.Errorf("released at %d, session destroyed at %d", released, destroyed)
			}
			if name == "drain" {
				time.Sleep(3 * quick.Retry)
				if first.leads() || first.State().Problem != "draining" {
					t.Errorf("while it drains: %+v", first.State())
				}
				second.stop()
				first.draining.Store(false)
				eventually(t, "the first one again", first.leads)
			}
			checkJournal(t, server)
		})
	}
}

func TestALeaderWithoutAnAnswerGivesUpWithinItsLease(t *testing.T) {
	server := consultest.New(t)
	leader := join(t, server, "vm-1")
	eventually(t, "the leader", leader.leads)
	token := leader.State().Token
	server.Fault(consultest.Answer(500, "No cluster leader"))
	if took := eventually(t, "its end", func() bool { return !leader.leads() }); took < quick.Lease-quick.Confirm-quick.Retry || took > quick.Lease+3*time.Second {
		t.Errorf("it led for %v more, with a lease of %v", took, quick.Lease)
	}
	eventually(t, "the reason", func() bool { return strings.Contains(leader.State().Problem, "No cluster leader") })
	server.Fault(nil)
	eventually(t, "its return", func() bool { return leader.leads() && leader.State().Token > token })
}

func TestAShortFaultEndsNoLead(t *testing.T) {
	server := consultest.New(t)
	leader := joinAs(t, server, "vm-1", "vm-1:health", patient)
	eventually(t, "the leader", leader.leads)
	token := leader.State().Token
	server.Fault(consultest.Answer(500, "No cluster leader"))
	time.Sleep(patient.Lease / 10)
	server.Fault(nil)
	time.Sleep(patient.Lease / 10)
	if !leader.leads() || leader.State().Token != token {
		t.Errorf("got %+v", leader.State())
	}
}

func TestSessionsDontPileUpWhileTheLockCantBeAskedFor(t *testing.T) {
	server := consultest.New(t)
	server.Fault(func(w http.ResponseWriter, r *http.Request) bool {
		return strings.Contains(r.URL.Path, "/kv/") && consultest.Answer(500, "timeout")(w, r)
	})
	follower := join(t, server, "vm-1")
	eventually(t, "a few attempts", func() bool { return len(server.Asked()) > 30 })
	if sessions := server.Sessions(); sessions > 1 {
		t.Errorf("%d sessions", sessions)
	}
	if follower.leads() {
		t.Error("it leads")
	}
}

func TestATokenWithoutRightsIsAProblemAndNoCrash(t *testing.T) {
	server := consultest.New(t)
	server.Fault(consultest.Answer(403, "Permission denied: token lacks permission 'session:write'"))
	follower := join(t, server, "vm-1")
	eventually(t, "the reason", func() bool { return strings.Contains(follower.State().Problem, "session:write") })
}

func TestManyElectionsNeverHaveTwoWriters(t *testing.T) {
	server := consultest.New(t)
	all := map[string]*instance{}
	for n := range 3 {
		machine := fmt.Sprintf("vm-%d", n+1)
		all[machine] = join(t, server, machine)
	}
	leader := func() string {
		for machine, i := range all {
			if i.leads() {
				return machine
			}
		}
		return ""
	}
	for range 8 {
		eventually(t, "a leader", func() bool { return leader() != "" })
		time.Sleep(20 * time.Millisecond)
		server.Fail(leader() + ":health")
		checkJournal(t, server)
	}
}

func TestALockThatACrashedProcessLeftIsFreedByItsSuccessorOnTheMachine(t *testing.T) {
	server := consultest.New(t)
	client := server.Client(t)
	open := func(machine string) string {
		id, err := client.CreateSession(t.Context(), consul.Session{ServiceChecks: []string{machine + ":health"}, LockDelay: quick.LockDelay})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	// It crashed and came back between two checks: its session lives on.
	crashed := open("vm-1")
	if acquired, err := client.Acquire(t.Context(), lock, []byte(`{"machine":"vm-1"}`), crashed); err != nil || !acquired {
		t.Fatal(acquired, err)
	}
	other := join(t, server, "vm-2")
	eventually(t, "a follower", func() bool { return other.State().Leader == "vm-1" })
	time.Sleep(5 * quick.Retry)
	if found, err := client.SessionInfo(t.Context(), crashed); err != nil || found == nil {
		t.Fatalf("another machine ended the session: %v, %v", found, err)
	}
	joined := time.Now()
	successor := join(t, server, "vm-1")
	eventually(t, "a leader", func() bool { return other.leads() || successor.leads() })
	if took := time.Since(joined); took < quick.LockDelay {
		t.Errorf("after %v: the lock-delay was not kept", took)
	}
}

func TestAMachineWithTheNameOfAnotherEndsNoSessionOfIt(t *testing.T) {
	server := consultest.New(t)
	leader := join(t, server, "vm-1")
	eventually(t, "the leader", leader.leads)
	namesake := joinAs(t, server, "vm-1", "vm-9:health", quick)
	eventually(t, "a follower", func() bool { return namesake.State().Leader == "vm-1" })
	time.Sleep(5 * quick.Retry)
	if !leader.leads() || namesake.leads() {
		t.Errorf("leader %+v, namesake %+v", leader.State(), namesake.State())
	}
}
