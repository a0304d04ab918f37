import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";
import type { PrivateAccessArgs } from "../common/private-access";

/** A zip file with Consul's program, as its vendor packs it. */
export interface ConsulPackageArgs {
  /** Where it is downloaded: https, without a query; the vendor's address or a copy of your own. */
  url: string;
  /** SHA-256 of the zip file in hex. Another download is never unpacked. */
  sha256: string;
}

/** Consul itself, which is never part of this package: since 1.17 its licence is BUSL-1.1. */
export interface ConsulProgramArgs {
  /** Three numbers, such as `1.21.5`; 1.17.0 or newer. Another version replaces the servers, one after the other. */
  version: string;
  /**
   * For servers: linux/amd64.
   * @default none; required where there are servers
   */
  linux?: ConsulPackageArgs;
  /**
   * For machines: windows/amd64.
   * @default none; required in a cluster
   */
  windows?: ConsulPackageArgs;
}

/** The machines with Linux that keep a datacenter's catalogue, store and leader. */
export interface ConsulServerMachinesArgs {
  /**
   * 3 stand the loss of one, 5 of two. A change of the number replaces all, one after the other.
   * @default 3 (S3-22)
   */
  count?: number;
  /**
   * Availability zones, of which none may hold a majority.
   * @default ["1", "2", "3"]
   */
  zones?: string[];
  /**
   * A size of at least 2 processors of AMD or Intel, up to generation 5, that isn't burstable.
   * @default "Standard_D2s_v5"
   */
  size?: string;
  /** @default "Premium_LRS" */
  osDiskType?: string;
  /**
   * Type of the disk with Consul's data, which outlives the machine.
   * @default "Premium_LRS"
   */
  dataDiskType?: string;
  /**
   * Its size, 4 to 1024.
   * @default 32
   */
  dataDiskSizeGb?: number;
  /**
   * Whether Pulumi refuses to delete data disks and interfaces: set to false, and update, before a teardown.
   * @default true
   */
  protect?: boolean;
  /**
   * Whether their disks are encrypted on the host, too; a subscription has to have that feature registered.
   * @default true; in a cluster as its machines
   */
  encryptionAtHost?: boolean;
  /**
   * An IPv4 address of the servers' subnet for each server; they never change while the servers run.
   * @default the first free ones of the subnet
   */
  addresses?: string[];
}

/** Copies of a datacenter's whole state, in a container of blobs. */
export interface ConsulSnapshotsArgs {
  /** @default true */
  enabled?: boolean;
  /**
   * Minutes between two, 1 to 10080.
   * @default 60
   */
  intervalMinutes?: number;
  /**
   * How many stay, 1 to 1000.
   * @default 168
   */
  keep?: number;
}

/** Where callers go when no instance is left where they are: one of the two. */
export interface ConsulFailoverArgs {
  /**
   * A datacenter that is joined by WAN.
   * @default none, with `peer`
   */
  datacenter?: string;
  /**
   * A cluster peering.
   * @default none, with `datacenter`
   */
  peer?: string;
}

/** A question that callers ask by its name, `<name>.query.<domain>`. */
export interface ConsulQueryArgs {
  /** @default the service's name */
  name?: string;
  /** The service whose healthy instances are the answer. */
  service: string;
  /**
   * Instances must have these tags, and not those that begin with "!".
   * @default []
   */
  tags?: string[];
  /**
   * Near ones first, by measured round trips.
   * @default true
   */
  near?: boolean;
  /**
   * In this order, once no instance is healthy here.
   * @default []
   */
  failover?: ConsulFailoverArgs[];
}

/** Machines that join a datacenter as clients. */
export interface ConsulClientsArgs {
  /** Object id of the machines' identity, which gets the right to read their secrets, and no others. */
  principalId: pulumi.Input<string>;
  /** What the machines' names begin with, as they write them: their token may write entries of no other machine. */
  machinePrefixes: string[];
  /**
   * Services that they register: 1 to 63 lower-case letters, digits and hyphens each. Every one gets a token, by which it
   * registers itself, reads its settings and elects its leader (`leader/<name>/`).
   */
  services: string[];
  /**
   * Key of the store below which a service's token may read, by its name.
   * @default `service/<name>` of each
   */
  keyPrefixes?: Record<string, string>;
}

/**
 * A cluster of Kubernetes whose services stand in the catalogue, though none of its nodes has an agent: a
 * `ConsulCatalogSync` writes them through the servers' API, 8501 (HTTPS) and 8503 (gRPC by TLS).
 */
export interface ConsulKubernetesArgs {
  /**
   * The node of the catalogue that its services hang on, as the sync has it: lower-case letters, digits, hyphens; another
   * one for each cluster of Kubernetes.
   */
  nodeName: string;
  /** IPv4 ranges that its nodes come from: to them alone the API is open. Another one replaces the servers in turn. */
  nodeRanges: string[];
  /** Object id of the identity of the sync, which gets the right to read its token `sync-token-<nodeName>`. */
  principalId: pulumi.Input<string>;
  /** Services that it may write, by their names in Consul. */
  services: string[];
}

/** The agent for linux/amd64, which installs Consul: a file to upload, or a published one. */
export interface ConsulAgentFileArgs {
  /** @default the one of the package `@windows-ha/agent` */
  path?: string;
  /**
   * Where the servers download it, anonymously.
   * @default none, with `path`
   */
  url?: pulumi.Input<string>;
  /**
   * SHA-256 in hex.
   * @default none, with `path`
   */
  sha256?: pulumi.Input<string>;
}

/** The key vault of a datacenter's keys and tokens: the way to it, for servers and clients. One of the two ways. */
export interface ConsulSecretStoreArgs {
  /**
   * Public IPv4 addresses and ranges that they go out with, such as `network.outboundAddress`; all others are denied.
   * @default none, with `private`
   */
  allowFrom?: pulumi.Input<string>[];
  /**
   * A private endpoint.
   * @default none, with `allowFrom`
   */
  private?: PrivateAccessArgs;
  /**
   * Id of the Entra tenant whose identities the vault trusts.
   * @default the tenant of whoever deploys
   */
  tenantId?: pulumi.Input<string>;
  /**
   * Days in which a deleted vault can be brought back, 7 to 90.
   * @default 90
   */
  softDeleteRetentionDays?: number;
}

/** Arguments of {@link ConsulServers}. */
export interface ConsulServersArgs extends PlacementArgs, ConsulServerMachinesArgs {
  /** Consul's program for Linux. */
  program: ConsulProgramArgs;
  /**
   * The agent that installs it.
   * @default the one of the package `@windows-ha/agent`, uploaded
   */
  agent?: ConsulAgentFileArgs;
  /** Id of the servers' subnet, which needs a way out, such as a NAT gateway. */
  subnetId: pulumi.Input<string>;
  /**
   * Its IPv4 range, from which the servers' addresses follow.
   * @default none, with `addresses`
   */
  subnetRange?: string;
  /**
   * Ranges and service tags of the machines that join: ports 8300 (TCP) and 8301 (TCP, UDP) are open to them.
   * @default ["VirtualNetwork"]
   */
  clientRanges?: string[];
  /**
   * Id of a security group that already lets these ports in.
   * @default a new one
   */
  networkSecurityGroupId?: pulumi.Input<string>;
  /**
   * Ids of application security groups that the servers join.
   * @default []
   */
  applicationSecurityGroupIds?: pulumi.Input<string>[];
  /** How keys and tokens are reached. */
  secretStore: ConsulSecretStoreArgs;
  /**
   * Public addresses that deployments upload from; the storage account then denies all others but the servers' subnet,
   * which needs the service endpoint `Microsoft.Storage`.
   * @default every address: rights alone decide
   */
  uploadFrom?: pulumi.Input<string>[];
  /**
   * Name of the datacenter: lower-case letters, digits, hyphens. Never change it.
   * @default "dc1"
   */
  datacenter?: string;
  /**
   * What names end with.
   * @default "consul"
   */
  domain?: string;
  /**
   * The key of gossip, 32 bytes as base64; kept as a secret. What changes it later is `consul keyring`.
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
  /**
   * Keys and values of the store, each of at most 512 KiB; a change replaces no server. No secrets.
   * @default {}
   */
  values?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Clusters of Kubernetes whose services stand in the catalogue.
   * @default []
   */
  kubernetes?: ConsulKubernetesArgs[];
  /**
   * Machines that join.
   * @default nobody
   */
  clients?: ConsulClientsArgs;
}
