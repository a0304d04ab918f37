package configuration

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul/consultest"
)

var quick = Timing{Wait: 300 * time.Millisecond, Pause: 5 * time.Millisecond, BackOff: []time.Duration{5 * time.Millisecond, 20 * time.Millisecond}}

// followed is a watch on a fake store, and what it put in force.
type followed struct {
	*consultest.Server
	live  *Live
	watch *Watch
	log   *lockedBuffer

	mu      sync.Mutex
	applied []Values
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func follow(t *testing.T, texts map[string]string) *followed {
	t.Helper()
	f := &followed{Server: consultest.New(t), log: &lockedBuffer{}}
	for key, text := range texts {
		f.Set("service/orders/"+key, text)
	}
	log := slog.New(slog.NewTextHandler(f.log, nil))
	live, err := NewLive([]Layer{{"file", map[string]string{Items: "50"}}}, []Layer{{"environment", map[string]string{LogLevel: "warn"}}}, func(values Values) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.applied = append(f.applied, values)
	}, log)
	if err != nil {
		t.Fatal(err)
	}
	f.live, f.watch = live, NewWatch(f.Client(t), "service/orders", live, nil, quick, log)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); f.watch.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	if err := f.watch.Answers(ctx); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *followed) capacity() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.applied[len(f.applied)-1].Limits.Capacity
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("waited 5 s for %s", what)
}

func TestAChangeIsInForceWithoutARestart(t *testing.T) {
	f := follow(t, map[string]string{Capacity: "10", Items: "7"})
	if got := f.capacity(); got != 10 {
		t.Errorf("at first: %d", got)
	}
	f.Set("service/orders/"+Capacity, "20")
	eventually(t, "the change", func() bool { return f.capacity() == 20 })
	f.Delete("service/orders/" + Items)
	eventually(t, "the file's value back", func() bool {
		effective, _ := f.live.Current()
		return effective.Limits.Items == 50
	})
}

func TestAllLayersAreMergedAndNamed(t *testing.T) {
	f := follow(t, map[string]string{Capacity: "10", LogLevel: "debug", "typo": "x", "folder/": ""})
	effective, rejected := f.live.Current()
	want := []Setting{{Capacity, "10", "store"}, {LogLevel, "warn", "environment"}, {Items, "50", "file"}}
	if rejected != nil || len(effective.Settings) != 3 || effective.Settings[0] != want[0] || effective.Settings[1] != want[1] || effective.Settings[2] != want[2] {
		t.Errorf("got %+v, %v", effective.Settings, rejected)
	}
	if len(effective.Unknown) != 1 || effective.Unknown[0] != "typo" {
		t.Errorf("unknown: %v", effective.Unknown)
	}
}

func TestABadValueIsKeptOutWithEverythingThatCameWithIt(t *testing.T) {
	f := follow(t, map[string]string{Capacity: "10", Items: "7"})
	f.Set("service/orders/"+Items, "many")
	eventually(t, "the warning", func() bool { return f.watch.Valid(t.Context()) != nil })
	f.Set("service/orders/"+Capacity, "11")
	eventually(t, "the second change to be seen", func() bool { return f.isCurrent() })
	if effective, rejected := f.live.Current(); effective.Limits.Capacity != 10 || effective.Limits.Items != 7 || rejected == nil {
		t.Errorf("got %+v, %v", effective.Limits, rejected)
	}
	if err := f.watch.Answers(t.Context()); err != nil {
		t.Errorf("the store answers, and yet: %v", err)
	}
	f.Set("service/orders/"+Items, "8")
	eventually(t, "both once they are good", func() bool {
		effective, rejected := f.live.Current()
		return effective.Limits.Capacity == 11 && effective.Limits.Items == 8 && rejected == nil
	})
	if count := strings.Count(f.log.String(), "can't be used, the former one goes on"); count != 1 {
		t.Errorf("one mistake was told %d times", count)
	}
}

// isCurrent tells whether the newest state of the store has been looked at.
func (f *followed) isCurrent() bool {
	f.watch.mu.Lock()
	defer f.watch.mu.Unlock()
	return f.watch.index == f.Index()
}

func TestAnIndexThatWentBackIsForgotten(t *testing.T) {
	f := follow(t, map[string]string{Capacity: "10"})
	f.Rewind(1_000_000)
	eventually(t, "the large index", func() bool { return strings.Contains(strings.Join(f.Asked(), "\n"), "index=1000000") })
	f.Rewind(3)
	eventually(t, "a question without index", func() bool {
		asked := f.Asked()
		return !strings.Contains(asked[len(asked)-1], "index=") || strings.Contains(asked[len(asked)-1], "index=3")
	})
	f.Set("service/orders/"+Capacity, "30")
	eventually(t, "a change in the new history", func() bool { return f.capacity() == 30 })
}

func TestAnIndexOfZeroNeitherWaitsForEverNorLoopsBusily(t *testing.T) {
	f := follow(t, map[string]string{Capacity: "10"})
	zero := func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("X-Consul-Index", "0")
		_, _ = io.WriteString(w, `[{"Key":"service/orders/capacity","Value":"NDA="}]`)
		return true
	}
	f.Fault(zero)
	eventually(t, "the value", func() bool { return f.capacity() == 40 })
	before := len(f.Asked())
	time.Sleep(200 * time.Millisecond)
	if asked := len(f.Asked()) - before; asked > 200/5+5 {
		t.Errorf("%d questions in 200 ms, with a pause of 5 ms between two", asked)
	}
}

func TestWhatTheStoreSaidLastGoesOnWhileItIsAway(t *testing.T) {
	faults := []struct {
		name, want string
		fault      func(http.ResponseWriter, *http.Request) bool
	}{
		{"no leader", "500: No cluster leader", consultest.Answer(500, "No cluster leader")},
		{"a token without rights", "403: Permission denied", consultest.Answer(403, "Permission denied: token lacks permission 'key:read'")},
		{"too many requests", "429", consultest.Answer(429, "rate limit")},
		{"a token that reads nothing", "nothing below the prefix", func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("X-Consul-Index", "50")
			w.WriteHeader(http.StatusNotFound)
			return true
		}},
		{"a proxy's 404", "404", consultest.Answer(404, "<html>")},
		{"half an answer", "can't be read", consultest.Answer(200, `[{"Key":"service/orders/capacity","Va`)},
		{"something else", "can't be read", consultest.Answer(200, `{"Key":1}`)},
		{"a huge value", "larger than", consultest.Answer(200, `[{"Key":"service/orders/capacity","Value":"`+strings.Repeat("AAAA", 4<<20)+`"}]`)},
		{"a cut connection", "EOF", func(w http.ResponseWriter, _ *http.Request) bool {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			connection.Close()
			return true
		}},
	}
	for _, test := range faults {
		t.Run(test.name, func(t *testing.T) {
			f := follow(t, map[string]string{Capacity: "10"})
			f.Fault(test.fault)
			eventually(t, "the loss to be known", func() bool { return f.watch.Answers(t.Context()) != nil })
			if err := f.watch.Answers(t.Context()); !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want something with %q", err, test.want)
			}
			if got := f.capacity(); got != 10 {
				t.Errorf("went on with %d", got)
			}
			if strings.Contains(f.log.String(), "AAAA") {
				t.Error("the log has the huge value")
			}
			f.Fault(nil)
			f.Set("service/orders/"+Capacity, "12")
			eventually(t, "the new value", func() bool { return f.capacity() == 12 && f.watch.Answers(t.Context()) == nil })
		})
	}
}

func TestFailuresAreAskedForLessAndLess(t *testing.T) {
	w := &Watch{timing: UsualTiming}
	for failures, seconds := range []float64{1, 2, 4, 8, 16, 30, 30, 30} {
		if wait := w.backOff(failures).Seconds(); wait < seconds*0.8 || wait > seconds*1.2 {
			t.Errorf("after %d failures: %v s", failures+1, wait)
		}
	}
}

func TestAReleaseWithABadConfigurationDoesNotStart(t *testing.T) {
	_, err := NewLive([]Layer{{"file", map[string]string{Capacity: "-1", LogLevel: "loud"}}}, nil, func(Values) { t.Error("applied") }, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), `capacity is "-1", by the file`) || !strings.Contains(err.Error(), `log/level is "loud"`) {
		t.Errorf("got %v", err)
	}
}
