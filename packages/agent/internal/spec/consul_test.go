package spec

import (
	"encoding/json"
	"strings"
	"testing"
)

// consulSection declares a client; edits are made in place.
func consulSection(edit func(map[string]any)) string {
	var section map[string]any
	if err := json.Unmarshal([]byte(`{"version":"1.21.0","programs":[{"os":"linux","arch":"amd64","url":"https://files.example/consul.zip","sha256":"`+strings.Repeat("a", 64)+`"}],
"configuration":{"server":false,"datacenter":"dc1","domain":"consul","bind_addr":"{{ GetPrivateIP }}","client_addr":"127.0.0.1",
"ports":{"http":8500,"https":-1,"dns":53,"grpc":-1,"grpc_tls":-1,"serf_lan":8301,"server":8300},"retry_join":["10.20.4.4"],"retry_interval":"15s","retry_max":0,
"leave_on_terminate":false,"skip_leave_on_interrupt":true,"acl":{"enabled":true,"default_policy":"deny","down_policy":"extend-cache","enable_token_persistence":true},
"auto_encrypt":{"tls":true},"tls":{"defaults":{"verify_incoming":true,"verify_outgoing":true},"internal_rpc":{"verify_server_hostname":true}},
"encrypt_verify_incoming":true,"encrypt_verify_outgoing":true,"enable_script_checks":false,"enable_local_script_checks":false,"disable_remote_exec":true,"disable_update_check":true,
"dns_config":{"allow_stale":true,"max_stale":"10s","only_passing":false,"service_ttl":{"*":"5s"}},"http_config":{"allow_write_http_from":["127.0.0.0/8"]},
"limits":{"http_max_conns_per_client":200,"rpc_max_conns_per_client":100},"telemetry":{"prometheus_retention_time":"60s","disable_hostname":true},"log_level":"INFO","log_json":true},
"caCertificate":"pem","secrets":{"gossipKey":`+reference+`,"tokens":{"agent":`+reference+`,"services":`+reference+`}},
"services":[{"id":"orders","name":"orders","port":8080,"tags":[],"meta":{"version":"1.0.0"},"weights":{"passing":10,"warning":10},"enable_tag_override":false,"checks":[]}]}`), &section); err != nil {
		panic(err)
	}
	if edit != nil {
		edit(section)
	}
	text, _ := json.Marshal(section)
	return string(text)
}

const reference = `{"url":"https://vault.vault.azure.net/secrets/name","clientId":"11111111-2222-3333-4444-555555555555"}`

func in(section map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		section, _ = section[key].(map[string]any)
	}
	return section
}

func serverSection(edit func(map[string]any)) string {
	return consulSection(func(section map[string]any) {
		var token any
		_ = json.Unmarshal([]byte(reference), &token)
		in(section, "configuration")["server"] = true
		in(section, "secrets")["certificate"], in(section, "secrets", "tokens")["management"] = token, token
		section["services"] = []any{}
		if edit != nil {
			edit(section)
		}
	})
}

const serverPart = `{"declaredData":{"url":"https://account.blob.core.windows.net/data/declared.json","clientId":"11111111-2222-3333-4444-555555555555","intervalSeconds":10}}`

func TestDocumentsWithConsul(t *testing.T) {
	client := func(edit func(map[string]any)) string {
		return strings.Replace(valid, `"releasesToKeep"`, `"consul":`+consulSection(edit)+`,"releasesToKeep"`, 1)
	}
	server := func(edit func(map[string]any)) string {
		return `{"schemaVersion":1,"consul":` + serverSection(edit) + `,"server":` + serverPart + `}`
	}
	parseClient := func(text string) error { _, err := Parse([]byte(text)); return err }
	parseServer := func(text string) error { _, err := ParseConsulServer([]byte(text)); return err }
	for _, row := range []struct {
		title, text string
		parse       func(string) error
		says        string
	}{
		{"a client", client(nil), parseClient, ""},
		{"a server", server(nil), parseServer, ""},
		{"a server beside a service", client(func(s map[string]any) { in(s, "configuration")["server"] = true }), parseClient, "consul.configuration.server: seen true"},
		{"a client with the token of all", client(func(s map[string]any) { in(s, "secrets", "tokens")["management"] = in(s, "secrets", "tokens")["agent"] }), parseClient, "consul.secrets.tokens.management: seen a reference, on a client"},
		{"one id twice", client(func(s map[string]any) { s["services"] = append(s["services"].([]any), s["services"].([]any)...) }), parseClient, `consul.services[1].id: seen "orders"`},
		{"an id that leads out of the folder", client(func(s map[string]any) { s["services"].([]any)[0].(map[string]any)["id"] = "../../agent" }), parseClient, `consul.services[0].id: seen "../../agent"`},
		{"Consul's own name for the service", strings.Replace(client(nil), `"name": "orders", "displayName"`, `"name": "Consul", "displayName"`, 1), parseClient, "service.name: seen \"Consul\""},
		{"a server without its secrets", server(func(s map[string]any) {
			delete(in(s, "secrets"), "certificate")
			delete(in(s, "secrets", "tokens"), "management")
		}), parseServer,
			"consul.secrets.certificate: seen nothing; allowed: a reference: a server needs it\nconsul.secrets.tokens.management"},
		{"a client's document for a server", server(func(s map[string]any) { in(s, "configuration")["server"] = false }), parseServer, "the document of a client is an AgentSpec"},
		{"an AgentSpec for a server", client(nil), parseServer, "server: seen nothing"},
	} {
		t.Run(row.title, func(t *testing.T) {
			err := row.parse(row.text)
			if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
				t.Errorf("got %v, want %q", err, row.says)
			}
		})
	}
}
