package consul

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/windows-ha/windows-ha/packages/agent/internal/consulapi"
	"github.com/windows-ha/windows-ha/packages/agent/internal/datacenter"
	"github.com/windows-ha/windows-ha/packages/agent/internal/exitcode"
	"github.com/windows-ha/windows-ha/packages/agent/internal/spec"
)

// Server is the server on this machine, with the token that may do everything.
type Server struct {
	Client   consulapi.Client
	Settings spec.ConsulServer
	// Follower and Snapshots are what its agent does; Snapshots is nil where none are taken.
	Follower  *datacenter.Follower
	Snapshots *datacenter.Snapshots
	// Formation is what the gate has to know of a datacenter's first time.
	Formation datacenter.Formation
	// Key changes when the settings do.
	Key string
}

// Server is an error with exit code 12 on a machine that is no server.
func (k *Keeper) Server() (*Server, error) {
	known, err := k.load()
	if err != nil {
		return nil, err
	}
	if known.Consul == nil || known.Server == nil {
		return nil, exitcode.Errorf(exitcode.NotPrepared, "%s is no server of Consul: run the command on one", k.Machine.Name)
	}
	s := &Server{
		Client: k.client(known.installation, managementToken), Settings: *known.Server,
		Key: (&spec.ConsulServerSpec{Consul: *known.Consul, Server: *known.Server}).Hash(),
	}
	s.Formation = formation(known.Consul.Configuration)
	s.Follower = &datacenter.Follower{
		Reference: s.Settings.DeclaredData, Client: s.Client, Tokens: k.Tokens, Vault: k.Vault,
		File: filepath.Join(k.layout().ConsulFolder(), "declared.json"), Log: k.Log,
	}
	if s.Settings.Snapshots != nil {
		name, _ := known.Consul.Configuration["datacenter"].(string)
		s.Snapshots = &datacenter.Snapshots{
			Settings: *s.Settings.Snapshots, Datacenter: name, Client: s.Client, Tokens: k.Tokens, Folder: k.Machine.RunFolder(), Log: k.Log,
		}
	}
	return s, nil
}

func formation(configuration map[string]any) datacenter.Formation {
	expected, _ := configuration["bootstrap_expect"].(float64)
	ports, _ := configuration["ports"].(map[string]any)
	port, _ := ports["server"].(float64)
	servers, _ := configuration["retry_join"].([]any)
	f := datacenter.Formation{Expected: int(expected)}
	for _, server := range servers {
		f.Addresses = append(f.Addresses, net.JoinHostPort(fmt.Sprint(server), strconv.Itoa(int(port))))
	}
	return f
}

// OpenSnapshot opens a file for a snapshot that holds what nobody else may read.
func OpenSnapshot(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}
