/**
 * What stands in a configuration file of a Consul agent, in Consul's own words and as JSON: the part of them that this
 * product says. Durations are texts such as `10s`.
 */
export interface ConsulAgentDocument {
  server: boolean;
  datacenter: string;
  domain: string;
  /** The name among all agents; left out, Consul takes the machine's. */
  node_name?: string;
  node_meta?: Record<string, string>;
  data_dir: string;
  bind_addr: string;
  client_addr: string;
  /** Servers only: where others than programs of the machine ask by TLS; left out, there as by HTTP. */
  addresses?: ConsulAddresses;
  ports: ConsulPorts;
  retry_join: string[];
  retry_interval: string;
  /** 0: forever. */
  retry_max: number;
  /** Servers only: the number that elects the first leader. */
  bootstrap_expect?: number;
  performance?: { raft_multiplier: number };
  autopilot?: { cleanup_dead_servers: boolean; min_quorum: number };
  leave_on_terminate: boolean;
  skip_leave_on_interrupt: boolean;
  /** Clients only: how long the others wait for a lost one before they forget it. */
  advertise_reconnect_timeout?: string;
  acl: {
    enabled: boolean;
    default_policy: "deny";
    down_policy: "extend-cache";
    enable_token_persistence: boolean;
  };
  auto_encrypt: { allow_tls: boolean } | { tls: boolean };
  tls: {
    defaults: {
      ca_file: string;
      cert_file?: string;
      key_file?: string;
      verify_incoming: boolean;
      verify_outgoing: boolean;
    };
    internal_rpc: { verify_server_hostname: boolean };
    https?: ConsulListenerTls;
    grpc?: ConsulListenerTls;
  };
  encrypt_verify_incoming: boolean;
  encrypt_verify_outgoing: boolean;
  enable_script_checks: boolean;
  enable_local_script_checks: boolean;
  disable_remote_exec: boolean;
  disable_update_check: boolean;
  dns_config: {
    allow_stale: boolean;
    max_stale: string;
    only_passing: boolean;
    service_ttl: Record<string, string>;
  };
  http_config: { allow_write_http_from: string[] };
  limits: ConsulLimits;
  telemetry: { prometheus_retention_time: string; disable_hostname: boolean };
  log_level: "INFO";
  log_json: boolean;
  log_file?: string;
  log_rotate_duration?: string;
  log_rotate_bytes?: number;
  log_rotate_max_files?: number;
}

export interface ConsulAddresses {
  https: string;
  grpc_tls: string;
}

export interface ConsulListenerTls {
  /** Whether whoever asks has to show a certificate. */
  verify_incoming: boolean;
}

/** -1 closes a port. */
export interface ConsulPorts {
  http: number;
  https: number;
  dns: number;
  grpc: number;
  grpc_tls: number;
  serf_lan: number;
  serf_wan?: number;
  server: number;
}

export interface ConsulLimits {
  http_max_conns_per_client: number;
  rpc_max_conns_per_client: number;
  /** Servers only, in bytes. */
  kv_max_value_size?: number;
}

/** The part of an agent's configuration that nobody but Consul may read, in a file of its own beside the other one. */
export interface ConsulSecretsDocument {
  /** The key of gossip: 32 bytes as base64. */
  encrypt: string;
  acl: { tokens: ConsulTokens };
}

/** Secret ids of tokens, by what an agent uses them for. */
export interface ConsulTokens {
  /** Servers only: what the first leader makes of the one who may do everything. */
  initial_management?: string;
  /** For the agent's own entries. */
  agent: string;
  /** For whoever asks by DNS. */
  dns?: string;
  /** For the services that configuration files declare. */
  config_file_service_registration?: string;
}
