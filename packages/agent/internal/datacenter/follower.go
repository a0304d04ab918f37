package datacenter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/windows-ha/windows-ha/packages/agent/internal/atomicfile"
	"github.com/windows-ha/windows-ha/packages/agent/internal/blob"
	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/keyvault"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

const (
	// mostBytes of declared data is far more than Consul's store is meant for.
	mostBytes = 64 << 20
	// lookAgain is after how long the leader's agent compares everything though nothing was declared anew: what somebody
	// changed by hand comes back.
	lookAgain = 5 * time.Minute
)

// Status is what a server's agent says of the datacenter's data.
type Status struct {
	// Leader is true on the server whose agent applies what is declared.
	Leader bool   `json:"leader"`
	Owner  string `json:"owner,omitempty"`
	// Version is the declared one, AppliedVersion the one that this agent applied last.
	Version        string     `json:"version,omitempty"`
	AppliedVersion string     `json:"appliedVersion,omitempty"`
	AppliedAt      *time.Time `json:"appliedAt,omitempty"`
	// Problem says why the declared data isn't in force; empty when it is, or another server looks after it.
	Problem string `json:"problem,omitempty"`
}

// Follower keeps a datacenter as a blob declares it.
type Follower struct {
	Reference spec.DeclaredDataReference
	Client    consulapi.Client
	Tokens    func(ctx context.Context, clientID, resource string) (string, error)
	Vault     func() *keyvault.Client
	// File keeps the last good data: a server that starts while storage is lost still knows what is declared.
	File string
	Log  *slog.Logger

	kept   kept
	data   *Declared
	status Status
	led    bool
	last   time.Time
}

// kept is the last good blob.
type kept struct {
	ETag string `json:"etag"`
	Text string `json:"text"`
}

// Step looks once, and applies what is to be applied.
func (f *Follower) Step(ctx context.Context) Status {
	readErr := f.read(ctx)
	leads, err := f.leads(ctx)
	f.status.Leader = leads
	switch {
	case err != nil:
		err = fmt.Errorf("Consul can't be asked who leads: %w", err)
	case !leads:
	case f.data == nil && readErr == nil:
		err = errors.New("no data was declared yet")
	case f.data != nil && f.isDue():
		err = f.apply(ctx)
	case f.status.Problem != "" && readErr == nil && f.status.AppliedVersion == f.status.Version:
		f.status.Problem = ""
	}
	f.led = leads && err == nil
	if ctx.Err() == nil {
		f.tell(errors.Join(readErr, err))
	}
	return f.status
}

func (f *Follower) isDue() bool {
	return !f.led || f.status.AppliedVersion != f.data.Version || time.Since(f.last) > lookAgain
}

// read takes up another content of the blob. One that can't be read, or is wrong, leaves the last good one in force.
func (f *Follower) read(ctx context.Context) error {
	if f.data == nil {
		f.remember()
	}
	text, etag, err := blob.NewClient(f.Reference.ClientID, f.Tokens).Read(ctx, f.Reference.URL, f.kept.ETag, mostBytes)
	// Content is exchanged by removing the blob and making it again.
	if errors.Is(err, blob.ErrNotModified) || errors.Is(err, blob.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the declared data can't be had, the last known stays: %w", err)
	}
	data, err := Parse(text)
	if err != nil {
		return fmt.Errorf("the declared data is wrong, the last good one stays: %w", err)
	}
	f.kept, f.data = kept{etag, string(text)}, data
	f.status.Owner, f.status.Version = data.Owner, data.Version
	if err := atomicfile.WriteJSON(f.File, f.kept); err != nil {
		f.Log.Warn("the declared data could not be kept", "error", err.Error())
	}
	return nil
}

func (f *Follower) remember() {
	var former kept
	if err := atomicfile.ReadJSON(f.File, &former); err != nil {
		return
	}
	if data, err := Parse([]byte(former.Text)); err == nil {
		f.kept, f.data = former, data
		f.status.Owner, f.status.Version = data.Owner, data.Version
	}
}

func (f *Follower) leads(ctx context.Context) (bool, error) {
	self, err := f.Client.Self(ctx)
	if err != nil {
		return false, err
	}
	return self.Leads(), nil
}

func (f *Follower) apply(ctx context.Context) error {
	vault := f.Vault()
	vault.Attempts, vault.Propagation = 1, 0 // the next step comes soon
	written, err := Apply(ctx, f.Client, vault, f.Log, f.data)
	if err != nil {
		return fmt.Errorf("version %s isn't in force: %w", f.data.Version, err)
	}
	f.last = time.Now()
	if written > 0 || f.status.AppliedVersion != f.data.Version {
		f.Log.Info("the datacenter is as declared", "owner", f.data.Owner, "version", f.data.Version, "changes", written)
	}
	if f.status.AppliedVersion != f.data.Version {
		at := f.last.UTC()
		f.status.AppliedVersion, f.status.AppliedAt = f.data.Version, &at
	}
	return nil
}

// tell logs a problem once.
func (f *Follower) tell(err error) {
	problem := ""
	if err != nil {
		problem = err.Error()
	}
	if problem != f.status.Problem && problem != "" {
		f.Log.Error("declared data", "error", problem)
	}
	f.status.Problem = problem
}
