package configuration

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// Memory is the store's newest good state on this machine's disk: with it, a service that starts while nobody answers
// goes on with what counted last, and serves.
type Memory struct {
	file   string
	prefix string
	log    *slog.Logger
}

// remembered is the file's content. Another prefix is another configuration.
type remembered struct {
	Prefix string            `json:"prefix"`
	Texts  map[string]string `json:"texts"`
}

// NewMemory keeps a state in a folder that outlives releases; none without a folder.
func NewMemory(folder, prefix string, log *slog.Logger) *Memory {
	if folder == "" {
		return nil
	}
	return &Memory{file: filepath.Join(folder, "configuration-of-store.json"), prefix: prefix, log: log}
}

// recall is what was kept, if anything was.
func (m *Memory) recall() (texts map[string]string, found bool) {
	if m == nil {
		return nil, false
	}
	content, err := os.ReadFile(m.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	var kept remembered
	if err == nil {
		err = json.Unmarshal(content, &kept)
	}
	if err != nil {
		m.log.Warn("the store's last known configuration can't be read", "file", m.file, "error", err.Error())
		return nil, false
	}
	return kept.Texts, kept.Prefix == m.prefix && kept.Texts != nil
}

// keep replaces what was kept. A machine that fails meanwhile has the former state or the new one, never a part.
func (m *Memory) keep(texts map[string]string) {
	if m == nil {
		return
	}
	content, err := json.Marshal(remembered{m.prefix, texts})
	if err == nil {
		err = replace(m.file, content)
	}
	if err != nil {
		m.log.Warn("the store's configuration can't be kept for the next start", "file", m.file, "error", err.Error())
	}
}

func replace(file string, content []byte) error {
	temporary := file + ".new"
	handle, err := os.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = handle.Write(content)
	if err == nil {
		err = handle.Sync()
	}
	if err := errors.Join(err, handle.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, file)
}
