// Package service is the agent's view of a service manager: the Windows service control manager, or on Linux its
// stand-in (package scm).
package service

import (
	"context"
	"errors"
	"slices"
)

// Errors that every manager reports the same way.
var (
	ErrNotFound = errors.New("no such service")
	ErrExists   = errors.New("the service exists already")
	ErrRunning  = errors.New("the service is still running")
)

// Program is what a release changes.
type Program struct {
	// Path of the executable, absolute.
	Path string `json:"path"`
	// Arguments after the program's name.
	Arguments []string `json:"arguments"`
	// Environment in the form NAME=value, sorted; added to the system's own.
	Environment []string `json:"environment"`
}

// Equal tells whether two programs are started the same way.
func (p Program) Equal(other Program) bool {
	return p.Path == other.Path && slices.Equal(p.Arguments, other.Arguments) && slices.Equal(p.Environment, other.Environment)
}

// Status is a service as its manager sees it.
type Status struct {
	// PID of the service's process; 0 when none is alive.
	PID      int      `json:"pid"`
	Program  Program  `json:"program"`
	Settings Settings `json:"settings"`
	// Paused is true while somebody has paused the service, or it is on its way between two states.
	Paused bool `json:"paused,omitempty"`
}

// Running tells whether the service has a living process.
func (s Status) Running() bool { return s.PID != 0 }

// Manager registers, starts and stops services. Every method but Query reports [ErrNotFound] for an unknown name, too,
// except Create. The start mode holds at every moment: a power cut in the middle of an installation must still end with a
// service.
type Manager interface {
	// Query tells how the service is registered and whether it runs.
	Query(ctx context.Context, name string) (Status, error)
	// Create registers a service without starting it.
	Create(ctx context.Context, name string, settings Settings, program Program) error
	// Configure changes the settings; a running process goes on.
	Configure(ctx context.Context, name string, settings Settings) error
	// SetProgram changes what the next start runs; a running process goes on. It returns when the change is on disk.
	SetProgram(ctx context.Context, name string, program Program) error
	// Start starts the service's process; a service that runs is left alone.
	Start(ctx context.Context, name string) error
	// Stop asks the service to stop and returns when its process has gone, or with the context's error.
	Stop(ctx context.Context, name string) error
	// Kill ends the process at once and returns when it has gone. The manager doesn't restart it.
	Kill(ctx context.Context, name string) error
	// Delete removes the registration of a service that doesn't run, else [ErrRunning].
	Delete(ctx context.Context, name string) error
}
