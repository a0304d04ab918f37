import type { ConsulAgentDocument, ConsulListenerTls } from "./consul/agent-document";
import type { ConsulServiceDocument } from "./consul/registration";

/**
 * The document that the agent on a Consul server reads, by `windows-ha-agent consul install`: the machine runs Consul and
 * nothing else.
 */
export interface AgentConsulServerSpec {
  /** Version of this document's shape. The agent refuses a version that it doesn't know. */
  schemaVersion: 1;
  consul: AgentConsul;
  server: AgentConsulServer;
}

/** Consul on a machine: a client beside the service, or one of the servers. */
export interface AgentConsul {
  /**
   * Version of Consul.
   * @pattern ^\d+\.\d+\.\d+$
   */
  version: string;
  /**
   * Zip files with Consul's program, one entry per platform. The agent takes the entry for its own platform.
   * @minItems 1
   */
  programs: AgentConsulProgram[];
  /**
   * What Consul is told, in its own words, without what the agent alone knows: its folders, the files of its certificates
   * and its zone.
   */
  configuration: ConsulConfiguration;
  /** Who vouches for the servers, as PEM. */
  caCertificate: string;
  secrets: AgentConsulSecrets;
  /**
   * What is registered while it is installed.
   * @maxItems 50
   */
  services: ConsulServiceDocument["service"][];
}

/** The agent adds `data_dir`, `log_file`, `node_meta.zone` and the files below `tls.defaults`. */
export type ConsulConfiguration = Omit<
  ConsulAgentDocument,
  "data_dir" | "log_file" | "log_rotate_duration" | "log_rotate_bytes" | "log_rotate_max_files" | "tls"
> & {
  tls: {
    defaults: { verify_incoming: boolean; verify_outgoing: boolean };
    internal_rpc: { verify_server_hostname: boolean };
    https?: ConsulListenerTls;
    grpc?: ConsulListenerTls;
  };
};

/** A build of Consul as its vendor packs it: a zip file with `consul` or `consul.exe` in it. */
export interface AgentConsulProgram {
  os: "windows" | "linux";
  arch: "amd64" | "arm64";
  /** @pattern ^https?:// */
  url: string;
  /**
   * SHA-256 of the zip file, in lower-case hex. A download with another hash is never unpacked.
   * @pattern ^[0-9a-f]{64}$
   */
  sha256: string;
}

/** Where the machine reads what only Consul may know. */
export interface AgentConsulSecrets {
  /** The key of gossip: 32 bytes as base64. */
  gossipKey: AgentSecretReference;
  tokens: AgentConsulTokens;
  /** Servers only: the server's certificate and key, as PEM. */
  certificate?: AgentSecretReference;
}

/** Tokens by what they are used for. */
export interface AgentConsulTokens {
  /** For the Consul agent's own entries, and for the agent to reload and to ask it. */
  agent: AgentSecretReference;
  /** For whoever asks by DNS. */
  dns?: AgentSecretReference;
  /** For the services that are registered. */
  services?: AgentSecretReference;
  /** Servers only: may do everything. */
  management?: AgentSecretReference;
}

/** A value in Azure Key Vault, and the identity of the machine that may read it. */
export interface AgentSecretReference {
  /**
   * The secret in its vault. Without a version the agent follows the newest one.
   * @pattern ^https?://[^/?#@]+/secrets/[A-Za-z0-9-]{1,127}(/[0-9a-fA-F]{32})?$
   */
  url: string;
  /**
   * Client id of the managed identity; a machine can have several.
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   */
  clientId: string;
}

/** What the servers' agents do besides keeping Consul running. */
export interface AgentConsulServer {
  /** Where the declared data is: the agent of the leader makes the datacenter what it says. */
  declaredData: AgentBlobReference & {
    /**
     * Seconds between two looks.
     * @minimum 1
     * @maximum 3600
     */
    intervalSeconds: number;
  };
  /** Snapshots of the whole state; without it, none are taken. */
  snapshots?: AgentConsulSnapshots;
}

/** A blob, or a container of blobs, in Azure Storage, and the identity of the machine that may use it. */
export interface AgentBlobReference {
  /** @pattern ^https?://[^/?#@]+/[^?#]+$ */
  url: string;
  /**
   * Client id of the managed identity; a machine can have several.
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   */
  clientId: string;
}

/** The leader's agent puts a snapshot into a container at each interval, and removes the oldest beyond what is kept. */
export interface AgentConsulSnapshots {
  container: AgentBlobReference;
  /**
   * Minutes between two snapshots.
   * @minimum 1
   * @maximum 10080
   */
  intervalMinutes: number;
  /**
   * Snapshots that stay.
   * @minimum 1
   * @maximum 1000
   * @asType integer
   */
  keep: number;
}
