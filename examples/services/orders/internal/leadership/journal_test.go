package leadership

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul"
	"github.com/windows-ha/windows-ha/examples/services/orders/internal/consul/consultest"
)

func TestAWriterThatLeadsNoMoreIsFenced(t *testing.T) {
	server := consultest.New(t)
	client := server.Client(t)
	writer := func(machine string) *Journal {
		return &Journal{Records: client, Key: journal, Machine: machine, Interval: time.Hour, Log: slog.New(slog.DiscardHandler)}
	}
	former, next := writer("vm-1"), writer("vm-2")
	for n, write := range []struct {
		by     *Journal
		token  uint64
		fenced bool
	}{{former, 5, false}, {former, 5, false}, {next, 9, false}, {former, 5, true}, {next, 9, false}, {former, 8, true}} {
		if err := write.by.append(t.Context(), write.token); errors.Is(err, ErrFenced) != write.fenced || !write.fenced && err != nil {
			t.Errorf("write %d: %v", n, err)
		}
	}
	if written, refused := former.Counts(); written != 2 || refused != 2 {
		t.Errorf("%d written, %d refused", written, refused)
	}
	if entries := checkJournal(t, server); len(entries) != 4 {
		t.Errorf("got %d entries", len(entries))
	}
}

// between lets somebody else write after the former leader has read and before it writes: what a frozen process does.
type between struct {
	*consul.Client
	write func()
}

func (b *between) PutIf(ctx context.Context, key string, value []byte, modifyIndex uint64) (bool, error) {
	if write := b.write; write != nil {
		b.write = nil
		write()
	}
	return b.Client.PutIf(ctx, key, value, modifyIndex)
}

func TestAWriteThatWasFrozenHalfwayIsFenced(t *testing.T) {
	server := consultest.New(t)
	client := server.Client(t)
	log := slog.New(slog.DiscardHandler)
	next := &Journal{Records: client, Key: journal, Machine: "vm-2", Log: log}
	frozen := &Journal{Key: journal, Machine: "vm-1", Log: log}
	frozen.Records = &between{client, func() {
		if err := next.append(t.Context(), 9); err != nil {
			t.Error(err)
		}
	}}
	if err := frozen.append(t.Context(), 5); !errors.Is(err, ErrFenced) {
		t.Errorf("got %v", err)
	}
	if entries := checkJournal(t, server); len(entries) != 1 || entries[0].Machine != "vm-2" {
		t.Errorf("got %+v", entries)
	}
}

func TestAJournalKeepsItsNumbersWhenItForgetsOldEntries(t *testing.T) {
	server := consultest.New(t)
	writer := &Journal{Records: server.Client(t), Key: journal, Machine: "vm-1", Log: slog.New(slog.DiscardHandler)}
	for range mostEntries + 5 {
		if err := writer.append(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	entries := checkJournal(t, server)
	if last := entries[len(entries)-1].Sequence; len(entries) != mostEntries || last != mostEntries+5 {
		t.Errorf("%d entries up to %d", len(entries), last)
	}
}
