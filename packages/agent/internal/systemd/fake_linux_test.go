package systemd

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// fake is as much of systemd as the manager uses: it reads unit files when it is told to, and runs real processes.
type fake struct {
	folder string
	mu     sync.Mutex
	loaded map[string]unitFile
	live   map[string]*process
	calls  []string
	// fail is asked before each call.
	fail func(call string) error
}

type unitFile struct {
	words, environment []string
	restart            bool
	delay              time.Duration
}

type process struct {
	command  *exec.Cmd
	done     chan struct{}
	stopping bool
	due      *time.Timer
}

func newFake(folder string) *fake {
	return &fake{folder: folder, loaded: map[string]unitFile{}, live: map[string]*process{}}
}

func (f *fake) control(ctx context.Context, arguments ...string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	call := strings.Join(arguments, " ")
	f.calls = append(f.calls, call)
	if f.fail != nil {
		if err := f.fail(call); err != nil {
			return "", err
		}
	}
	name := arguments[len(arguments)-1]
	if arguments[0] == "show" {
		name = arguments[1]
	}
	unit, known := f.loaded[name]
	switch arguments[0] {
	case "daemon-reload":
		return "", f.load()
	case "show":
		return f.show(name, known), nil
	case "start":
		if !known {
			return "", fmt.Errorf("Unit %s not found", name)
		}
		return "", f.start(name, unit)
	case "stop":
		f.end(name, syscall.SIGTERM)
		return "", nil
	case "kill":
		if p := f.live[name]; p != nil && p.command != nil {
			_ = p.command.Process.Kill() // it is started again: a kill isn't a stop
		}
		return "", nil
	case "enable", "disable", "reset-failed":
		return "", nil
	}
	return "", fmt.Errorf("unknown command %q", call)
}

func (f *fake) show(name string, known bool) string {
	state, pid, active, path := "not-found", 0, "inactive", ""
	if known {
		state, path = "loaded", filepath.Join(f.folder, name)
	}
	if p := f.live[name]; p != nil {
		active = "activating"
		if p.command != nil {
			active, pid = "active", p.command.Process.Pid
		}
		if p.stopping {
			active = "deactivating"
		}
	}
	return fmt.Sprintf("LoadState=%s\nFragmentPath=%s\nMainPID=%d\nActiveState=%s\n", state, path, pid, active)
}

func (f *fake) load() error {
	f.loaded = map[string]unitFile{}
	files, err := filepath.Glob(filepath.Join(f.folder, "*.service"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var u unitFile
		for line := range strings.Lines(string(text)) {
			key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			switch key {
			case "ExecStart":
				u.words = split(strings.ReplaceAll(value, "$$", "$"))
			case "Environment":
				u.environment = append(u.environment, split(value)...)
			case "Restart":
				u.restart = value == "always"
			case "RestartSec":
				seconds, _ := strconv.ParseFloat(value, 64)
				u.delay = time.Duration(seconds * float64(time.Second))
			}
		}
		f.loaded[filepath.Base(file)] = u
	}
	return nil
}

// split reads quoted words as systemd.syntax(7) describes them.
func split(text string) []string {
	var words []string
	for rest := text; rest != ""; {
		rest = strings.TrimLeft(rest, " ")
		var word strings.Builder
		i := 1 // behind the quotation mark
		for ; rest[i] != '"'; i++ {
			c := rest[i]
			if c == '\\' {
				i++
				c = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r'}[rest[i]]
				if c == 0 {
					c = rest[i]
				}
			}
			word.WriteByte(c)
		}
		words = append(words, strings.ReplaceAll(word.String(), "%%", "%"))
		rest = rest[i+1:]
	}
	return words
}

func (f *fake) start(name string, u unitFile) error {
	if p := f.live[name]; p != nil && p.command != nil && !p.stopping {
		return nil
	}
	command := exec.Command(u.words[0], u.words[1:]...)
	command.Env = append(os.Environ(), u.environment...)
	if err := command.Start(); err != nil {
		return err
	}
	p := &process{command: command, done: make(chan struct{})}
	f.live[name] = p
	go func() {
		_ = command.Wait()
		f.mu.Lock()
		defer f.mu.Unlock()
		close(p.done)
		if f.live[name] != p {
			return
		}
		if p.stopping || !u.restart {
			delete(f.live, name)
			return
		}
		p.command = nil
		p.due = time.AfterFunc(u.delay, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.live[name] == p {
				_ = f.start(name, u)
			}
		})
	}()
	return nil
}

func (f *fake) end(name string, signal syscall.Signal) {
	p := f.live[name]
	switch {
	case p == nil:
	case p.command == nil: // a start is due
		p.due.Stop()
		delete(f.live, name)
	default:
		p.stopping = true
		_ = p.command.Process.Signal(signal)
	}
}

// off ends everything.
func (f *fake) off() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name := range f.live {
		f.end(name, syscall.SIGKILL)
	}
}
