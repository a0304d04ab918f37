// Package wrapper runs a console program as if it were a service: it keeps what the program prints, asks it to stop as a
// console does, ends what it started, and passes its exit code on.
package wrapper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Program is a console program and how it is kept.
type Program struct {
	Path      string
	Arguments []string
	// Logs is where the program's output goes; nil leaves it on this process's own output.
	Logs *Logs
	// StopTimeout tells how long the program may take to end when it is asked to; asked for at that moment.
	StopTimeout func() time.Duration
	// Notes takes what the wrapper itself has to say, where there are no Logs.
	Notes io.Writer
	// Task is nil for a program that runs all the time.
	Task *Task

	isService bool
}

// End is how a program ended.
type End struct {
	// Code is its exit code. On Linux a program that a signal ended has 128 + the signal's number, as in a shell.
	Code int
	// Wanted is true when the end was asked for.
	Wanted bool
}

// lastWords is how long the output of what has ended may take to reach its log.
const lastWords = time.Second

// Run runs the program until it ends by itself, or until the context ends: then it is asked to stop, and killed after
// the stop timeout. Nothing that the program started outlives it.
func (p Program) Run(ctx context.Context) (End, error) {
	command := exec.Command(p.Path, p.Arguments...)
	command.Env = environment(os.Environ())
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	notes := p.Notes
	copied := make(chan struct{})
	close(copied)
	if p.Logs != nil {
		output, err := p.Logs.open()
		if err != nil {
			return End{}, err
		}
		defer output.close()
		command.Stdin, command.Stdout, command.Stderr = nil, output.stdout.end, output.stderr.end
		notes, copied = output.stderr.log, output.copied
	}
	running, err := start(command, p.isService)
	if p.Logs != nil {
		err = errors.Join(err, command.Stdout.(*os.File).Close(), command.Stderr.(*os.File).Close())
	}
	if err != nil {
		return End{}, fmt.Errorf("start of %s: %w", p.Path, err)
	}
	wanted := false
	select {
	case <-running.ended:
	case <-ctx.Done():
		wanted = true
		running.stop(p.StopTimeout(), notes)
	}
	running.sweep()
	select {
	case <-copied:
	case <-time.After(lastWords):
	}
	end := End{exitCode(command.ProcessState), wanted}
	if !wanted && end.Code != 0 && p.Logs != nil {
		p.Logs.keepCrash(p.Path, command.ProcessState.Pid(), end.Code)
	}
	return end, nil
}

// stop asks, waits and kills.
func (r *running) stop(timeout time.Duration, notes io.Writer) {
	if err := r.askToStop(); err != nil {
		fmt.Fprintf(notes, "windows-ha-agent: the program could not be asked to stop: %v\n", err)
	}
	select {
	case <-r.ended:
		return
	case <-time.After(timeout):
	}
	fmt.Fprintf(notes, "windows-ha-agent: the program did not end within %v and was killed\n", timeout)
	r.kill()
	<-r.ended
}

// traceback has a crashed Go program print all of its goroutines; other programs don't know the variable.
const traceback = "GOTRACEBACK"

func environment(inherited []string) []string {
	if slices.ContainsFunc(inherited, func(variable string) bool { return strings.HasPrefix(variable, traceback+"=") }) {
		return inherited
	}
	return append(inherited, traceback+"=all")
}
