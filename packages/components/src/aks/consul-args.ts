import type * as pulumi from "@pulumi/pulumi";
import type {
  ConsulAgentFileArgs,
  ConsulProgramArgs,
  ConsulQueryArgs,
  ConsulServerMachinesArgs,
  ConsulSnapshotsArgs,
} from "../consul/args";
import type { CatalogSyncSettingsArgs, ConsulApiArgs } from "./catalog-sync-args";

/** Servers that are there already, whose API is open to the nodes: their owner made the token. */
export interface ExistingAksConsulArgs extends ConsulApiArgs {
  /**
   * Secret id of a token that writes the sync's node and the service (docs/components/consul.md has its rules); kept in a
   * vault.
   */
  syncToken: pulumi.Input<string>;
}

/**
 * Discovery of a service on AKS by Consul: servers on machines with Linux, and a sync that writes the service into their
 * catalogue. Nodes have no agent. Consul's program isn't part of this package: since 1.17 its licence is BUSL-1.1, so
 * version, address and hash have to be given.
 */
export interface AksConsulArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Consul's program for Linux.
   * @default none; required with servers of one's own
   */
  program?: ConsulProgramArgs;
  /**
   * Servers that are there.
   * @default none: the cluster gets its own
   */
  existing?: ExistingAksConsulArgs;
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
   * @default a random one
   */
  gossipKey?: pulumi.Input<string>;
  /** Copies of the whole state: every hour, when nothing is said. */
  snapshots?: ConsulSnapshotsArgs;
  /**
   * Questions for callers; a change replaces no server.
   * @default []
   */
  queries?: ConsulQueryArgs[];
  /** What writes the service into the catalogue. */
  sync?: CatalogSyncSettingsArgs;
}
