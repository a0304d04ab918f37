import type * as pulumi from "@pulumi/pulumi";
import type { ConsulRegistrationArgs } from "../consul/client-args";
import type {
  ConsulAgentFileArgs,
  ConsulKubernetesArgs,
  ConsulProgramArgs,
  ConsulQueryArgs,
  ConsulServerMachinesArgs,
  ConsulSnapshotsArgs,
} from "../consul/args";

/** A datacenter that is there already: its owner made the tokens. */
export interface ExistingConsulArgs {
  /** Addresses or names of its servers, or a provider such as `provider=azure …`. */
  retryJoin: string[];
  /** Who vouches for its servers, as PEM. */
  caCertificate: pulumi.Input<string>;
  /** Secret id of the token for the clients' own entries; the cluster keeps it in a vault. */
  agentToken: pulumi.Input<string>;
  /** Secret id of the token that registers the service, reads its settings and elects its leader. */
  serviceToken: pulumi.Input<string>;
  /**
   * Secret id of the token for questions by DNS.
   * @default none: DNS finds nothing
   */
  dnsToken?: pulumi.Input<string>;
}

/**
 * Discovery of a cluster by Consul: servers, and a client on each machine that registers the service. Consul's program
 * isn't part of this package: since 1.17 its licence is BUSL-1.1, so version, address and hash have to be given.
 */
export interface ConsulArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Consul's program, for Windows, and with servers of one's own for Linux.
   * @default none; required unless `enabled` is false
   */
  program?: ConsulProgramArgs;
  /**
   * Servers that are there, to join.
   * @default none: the cluster gets its own
   */
  existing?: ExistingConsulArgs;
  /** The cluster's own servers; nothing of it with `existing`. */
  servers?: ConsulServerMachinesArgs;
  /**
   * The agent for linux/amd64, which installs Consul on the servers.
   * @default the one of the package `@windows-ha/agent`, uploaded
   */
  agent?: ConsulAgentFileArgs;
  /**
   * Name of the datacenter. Never change it.
   * @default "dc1"
   */
  datacenter?: string;
  /**
   * What names end with.
   * @default "consul"
   */
  domain?: string;
  /**
   * The key of gossip, 32 bytes as base64; kept as a secret.
   * @default a random one; required with `existing`
   */
  gossipKey?: pulumi.Input<string>;
  /** Copies of the servers' state: every hour, when nothing is said. */
  snapshots?: ConsulSnapshotsArgs;
  /**
   * Questions for callers, with failover as data.
   * @default []
   */
  queries?: ConsulQueryArgs[];
  /** How the service is found. */
  registration?: ConsulRegistrationArgs;
  /**
   * Clusters of Kubernetes whose services stand in the catalogue beside those of machines; with own servers only.
   * @default []
   */
  kubernetes?: ConsulKubernetesArgs[];
}
