package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/windows-ha/windows-ha/packages/agent/internal/blob"
	"github.com/windows-ha/windows-ha/packages/agent/internal/consul"
	"github.com/windows-ha/windows-ha/packages/agent/internal/datacenter"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/install"
)

// onServer is for what only a server's machine may do, with the token that may do everything.
func onServer(cmd *cobra.Command, asJSON bool, run func(*install.Installer, *consul.Server) (string, error)) error {
	return change(cmd, asJSON, func(i *install.Installer) (string, error) {
		server, err := i.Consul.Server()
		if err != nil {
			return "", err
		}
		return run(i, server)
	})
}

func gateCommand() *cobra.Command {
	var timeout time.Duration
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "gate [--timeout 10m] [--json]",
		Short: "Wait until one server may be taken away: all healthy, and a majority without it; else exit code 40",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return onServer(cmd, asJSON, func(_ *install.Installer, s *consul.Server) (string, error) {
				return datacenter.Gate(cmd.Context(), s.Client, s.Formation, timeout)
			})
		},
	}
	cmd.Flags().DurationVar(&timeout, "timeout", 10*time.Minute, "how long to wait; 0s asks once")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func snapshotCommand() *cobra.Command {
	var output string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "snapshot --output FILE [--json]",
		Short: "Write the whole state of the datacenter into a new file: catalogue, store, policies, tokens, queries",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output == "" {
				return usageError(cmd, errors.New("give --output"))
			}
			return onServer(cmd, asJSON, func(_ *install.Installer, s *consul.Server) (string, error) {
				file, err := consul.OpenSnapshot(output)
				if err != nil {
					return "", exitcode.With(exitcode.Usage, err)
				}
				if err := errors.Join(datacenter.Save(cmd.Context(), s.Client, file), file.Close()); err != nil {
					return "", errors.Join(err, os.Remove(output))
				}
				return "the snapshot is in " + output + ": it holds secrets", nil
			})
		},
	}
	cmd.Flags().StringVar(&output, "output", "", "the file, which must not exist yet")
	jsonFlag(cmd, &asJSON)
	return cmd
}

func restoreCommand() *cobra.Command {
	var input, name string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "restore (--input FILE | --blob NAME) [--json]",
		Short: "Make a snapshot the state of the datacenter: everything since then is lost",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (input == "") == (name == "") {
				return usageError(cmd, errors.New("give exactly one of --input and --blob"))
			}
			return onServer(cmd, asJSON, func(i *install.Installer, s *consul.Server) (string, error) {
				path := input
				if name != "" {
					fetched, err := fetchSnapshot(cmd, i, s, name)
					if err != nil {
						return "", err
					}
					defer os.Remove(fetched)
					path = fetched
				}
				file, err := os.Open(path)
				if err != nil {
					return "", exitcode.With(exitcode.Usage, err)
				}
				defer file.Close()
				if err := datacenter.Restore(cmd.Context(), s.Client, file); err != nil {
					return "", err
				}
				return "the datacenter is as it was in the snapshot; what is declared comes back within seconds", nil
			})
		},
	}
	cmd.Flags().StringVar(&input, "input", "", "file with the snapshot")
	cmd.Flags().StringVar(&name, "blob", "", "name of a snapshot in the declared container")
	jsonFlag(cmd, &asJSON)
	return cmd
}

// fetchSnapshot brings a blob of the declared container to this machine, for a moment.
func fetchSnapshot(cmd *cobra.Command, i *install.Installer, s *consul.Server, name string) (path string, err error) {
	container := s.Settings.Snapshots
	if container == nil {
		return "", exitcode.Errorf(exitcode.Usage, "--blob: this server's document declares no container of snapshots: give --input")
	}
	if filepath.Base(name) != name {
		return "", exitcode.Errorf(exitcode.Usage, "--blob: seen %q; allowed: the name of a blob in the container, as `consul status` shows the last one", name)
	}
	content, err := blob.NewClient(container.Container.ClientID, i.Consul.Tokens).Open(cmd.Context(), container.Container.URL+"/"+url.PathEscape(name))
	if err != nil {
		return "", exitcode.With(exitcode.Download, err)
	}
	defer content.Close()
	file, err := os.CreateTemp(i.Machine.RunFolder(), "restore-*")
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(file, content); err != nil {
		return "", errors.Join(fmt.Errorf("the snapshot %s broke off: %w", name, err), file.Close(), os.Remove(file.Name()))
	}
	return file.Name(), file.Close()
}
