import type { ConsulConfiguration } from "../agent-consul";
import { DEFAULTS } from "../defaults";
import { CONSUL_VALUE_BYTES } from "./key-values";

const RULES = DEFAULTS.consul;

/** What every agent of a datacenter is told alike, wherever its files are. */
export interface ConsulConfigurationInput {
  /** @default "dc1" */
  datacenter?: string;
  /** What names end with. @default "consul" */
  domain?: string;
  /** Left out, the machine's own name: machines of a scale set get theirs from Azure. */
  nodeName?: string;
  /** The machine's zone, which callers find in the catalogue as `zone`; the agent finds it out where it isn't known. */
  zone?: string;
  /** Where the other agents reach it: an address, or Consul's template for the machine's own, `{{ GetPrivateIP }}`. */
  address: string;
  /** Where programs on the machine reach it, by HTTP and DNS. @default "127.0.0.1" */
  clientAddress?: string;
  /** Where the agents of the servers are: addresses, names, or providers such as `provider=azure …`. */
  retryJoin: readonly string[];
}

export interface ConsulServerConfigurationInput extends ConsulConfigurationInput {
  /** How many servers there are: 3 or 5. */
  servers: number;
  /**
   * Ranges of those who have no agent, such as nodes of Kubernetes: they ask by HTTPS and gRPC, with a token and without a
   * certificate. @default nobody
   */
  apiRanges?: readonly string[];
}

export interface ConsulClientConfigurationInput extends ConsulConfigurationInput {
  /**
   * 53 where it serves the machine's own resolver: Windows can't be told another one.
   * @default 53
   */
  dnsPort?: number;
  /** A machine of a scale set, which never comes back under its name. @default false */
  ephemeral?: boolean;
}

/** What a server is told: one of 3 or 5 on Linux, which keep the catalogue, the store and the leader (S3-22). */
export function consulServerConfiguration(input: ConsulServerConfigurationInput): ConsulConfiguration {
  const { servers, apiRanges = [] } = input;
  const common = configuration(input);
  return {
    ...common,
    ...(apiRanges.length === 0 ? {} : openApi(input.address, common, apiRanges)),
    server: true,
    bootstrap_expect: servers,
    performance: { raft_multiplier: RULES.raftMultiplier },
    // All keep their places whatever happens: a lost one comes back to its own, under its address and with its data. One
    // that was removed is without a vote for its first ten seconds, and a second loss in them leaves no majority.
    autopilot: { cleanup_dead_servers: true, min_quorum: servers },
    auto_encrypt: { allow_tls: true },
    // No other datacenter, no mesh and no proxies: what isn't used isn't open.
    ports: { ...PORTS, ...(apiRanges.length === 0 ? {} : CONSUL_API_PORTS), dns: 8600, serf_wan: -1 },
    limits: { ...LIMITS, kv_max_value_size: CONSUL_VALUE_BYTES },
  };
}

/** What the client on a machine is told: registers what runs there, answers by DNS and HTTP on loopback. */
export function consulClientConfiguration(input: ConsulClientConfigurationInput): ConsulConfiguration {
  const { dnsPort = 53, ephemeral = false } = input;
  return {
    ...configuration(input),
    server: false,
    ...(ephemeral ? { advertise_reconnect_timeout: `${RULES.reconnectTimeoutMinutes}m` } : {}),
    // Its certificate comes from the servers, and is renewed by them.
    auto_encrypt: { tls: true },
    ports: { ...PORTS, dns: dnsPort },
    limits: LIMITS,
  };
}

/** Where servers answer those who have no agent, by TLS; Consul's own numbers. */
export const CONSUL_API_PORTS = { https: 8501, grpc_tls: 8503 } as const;

/** By whoever has a token: there is no agent, and so no certificate of one. Consul's list of writers holds for HTTPS, too. */
function openApi(
  address: string,
  { tls, http_config }: Omit<ConsulConfiguration, RoleFields>,
  ranges: readonly string[],
): Pick<ConsulConfiguration, "addresses" | "tls" | "http_config"> {
  return {
    addresses: { https: address, grpc_tls: address },
    tls: { ...tls, https: { verify_incoming: false }, grpc: { verify_incoming: false } },
    http_config: { allow_write_http_from: [...http_config.allow_write_http_from, ...ranges] },
  };
}

/** Consul's own numbers, but for what is closed: HTTP is for the machine itself, which needs no TLS to speak with itself. */
const PORTS = { http: 8500, https: -1, grpc: -1, grpc_tls: -1, serf_lan: 8301, server: 8300 } as const;

/** Consul's own limits, said so that another version's default doesn't change them. */
const LIMITS = { http_max_conns_per_client: 200, rpc_max_conns_per_client: 100 } as const;

type RoleFields = "server" | "ports" | "limits" | "auto_encrypt";

function configuration(input: ConsulConfigurationInput): Omit<ConsulConfiguration, RoleFields> {
  const { nodeName, zone, address, clientAddress = "127.0.0.1", retryJoin } = input;
  return {
    datacenter: input.datacenter ?? RULES.datacenter,
    domain: input.domain ?? RULES.domain,
    ...(nodeName === undefined ? {} : { node_name: nodeName }),
    ...(zone === undefined ? {} : { node_meta: { zone } }),
    bind_addr: address,
    client_addr: clientAddress,
    retry_join: [...retryJoin],
    retry_interval: `${RULES.retryIntervalSeconds}s`,
    retry_max: 0,
    // A restart is not a farewell: only a decommissioned machine leaves, by a command. Windows' service manager ends
    // Consul by what it takes for an interrupt.
    leave_on_terminate: false,
    skip_leave_on_interrupt: true,
    acl: { enabled: true, default_policy: "deny", down_policy: "extend-cache", enable_token_persistence: true },
    tls: {
      defaults: { verify_incoming: true, verify_outgoing: true },
      internal_rpc: { verify_server_hostname: true },
    },
    encrypt_verify_incoming: true,
    encrypt_verify_outgoing: true,
    enable_script_checks: false,
    enable_local_script_checks: false,
    disable_remote_exec: true,
    disable_update_check: true,
    dns_config: {
      allow_stale: true,
      max_stale: `${RULES.dnsMaxStaleSeconds}s`,
      // A warning is what lost dependencies are (S0-56): they degrade a service, and don't remove it.
      only_passing: false,
      service_ttl: { "*": `${RULES.dnsTtlSeconds}s` },
    },
    http_config: { allow_write_http_from: ["127.0.0.0/8"] },
    telemetry: { prometheus_retention_time: `${RULES.prometheusRetentionSeconds}s`, disable_hostname: true },
    log_level: "INFO",
    log_json: true,
  };
}
