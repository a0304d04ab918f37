package consul

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// secretsDocument is what nobody but Consul may read.
type secretsDocument struct {
	Encrypt string `json:"encrypt"`
	ACL     struct {
		Tokens tokens `json:"tokens"`
	} `json:"acl"`
}

// tokens are secret ids by what Consul uses them for.
type tokens struct {
	// InitialManagement is what the first leader makes of the one who may do everything.
	InitialManagement string `json:"initial_management,omitempty"`
	Agent             string `json:"agent"`
	DNS               string `json:"dns,omitempty"`
	Registration      string `json:"config_file_service_registration,omitempty"`
}

func agentToken(t tokens) string        { return t.Agent }
func registrationToken(t tokens) string { return t.Registration }
func managementToken(t tokens) string   { return t.InitialManagement }

// Logs are those of a service on Windows, which has no console: 100 MB or a day, for a week (S2-35).
const (
	logRotation  = "24h"
	logBytes     = 100 << 20
	logMostFiles = 7
)

// machineDocument is what the machine alone knows, in Consul's own words. It is read after the declared one.
func (k *Keeper) machineDocument(n installation, folder string) map[string]any {
	in := func(file string) string { return filepath.Join(folder, file) }
	defaults := map[string]any{"ca_file": in(authorityFile)}
	if n.Consul.Secrets.Certificate != nil {
		defaults["cert_file"], defaults["key_file"] = in(certificateFile), in(keyFile)
	}
	document := map[string]any{
		"data_dir": k.layout().data(),
		"log_file": k.layout().logs() + string(filepath.Separator), "log_rotate_duration": logRotation,
		"log_rotate_bytes": logBytes, "log_rotate_max_files": logMostFiles,
		"tls": map[string]any{"defaults": defaults},
	}
	if n.Zone != "" {
		document["node_meta"] = map[string]any{"zone": n.Zone}
	}
	if n.Consul.Configuration["node_name"] == nil && k.otherName() {
		document["node_name"] = k.Machine.Name
	}
	// Several machines on one computer: each has an address, and all the ports there.
	if k.Machine.HostAddress != "" {
		document["bind_addr"], document["client_addr"] = k.Machine.HostAddress, k.Machine.HostAddress
		if n.Consul.Configuration["addresses"] != nil {
			document["addresses"] = map[string]any{"https": k.Machine.HostAddress, "grpc_tls": k.Machine.HostAddress}
		}
	}
	return document
}

// otherName tells whether the machine is called otherwise than the system calls itself. Windows' short name alone, in
// capitals, is no other one: Consul tells upper from lower case, and takes the system's.
func (k *Keeper) otherName() bool {
	system, err := os.Hostname()
	system, _, _ = strings.Cut(system, ".")
	return err != nil || !strings.EqualFold(system, k.Machine.Name)
}

// configurationFiles are the files of a configuration, by name.
func (k *Keeper) configurationFiles(n installation, s secretValues) (map[string][]byte, error) {
	folder := k.layout().configuration(n.Configuration)
	files := map[string][]byte{authorityFile: []byte(n.Consul.CACertificate)}
	for name, document := range map[string]any{
		agentFile: n.Consul.Configuration, machineFile: k.machineDocument(n, folder), secretsFile: s.document,
	} {
		text, err := json.MarshalIndent(document, "", "  ")
		if err != nil {
			return nil, err
		}
		files[name] = append(text, '\n')
	}
	if n.Consul.Secrets.Certificate != nil {
		files[certificateFile], files[keyFile] = s.certificate, s.key
	}
	return files, nil
}
