import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentityArgs } from "./workload-args";

/** What callers outside of the cluster are told. */
export const CatalogAddress = { Balancer: "balancer", Pods: "pods" } as const;
/**
 * `balancer`: the address of the Service's balancer, which asks the nodes by itself · `pods`: that of each pod, with a check
 * that follows its readiness, where pods have addresses of the network itself.
 */
export type CatalogAddress = (typeof CatalogAddress)[keyof typeof CatalogAddress];

/** How Services get into Consul's catalogue. */
export interface CatalogSyncSettingsArgs {
  /**
   * The vendor's image consul-k8s-control-plane for Linux, or a copy of it, with a tag other than latest or a digest.
   * @default the newest patch that goes with Consul 1.20, 1.21 or 1.22; required with others and with existing servers
   */
  image?: pulumi.Input<string>;
  /**
   * The node of the catalogue that the Services hang on: lower-case letters, digits, hyphens. Clusters of one datacenter
   * need names of their own, for each takes away what it doesn't know on its node. Its tag, too.
   * @default `aks-` and the namespace
   */
  nodeName?: string;
  /** @default "balancer" */
  address?: CatalogAddress;
  /**
   * Seconds between two writes, 1 to 60: a gone pod is found so much longer.
   * @default 5
   */
  intervalSeconds?: number;
}

/** Ports of the servers' API, both with TLS. */
export interface ConsulApiPortsArgs {
  /** @default 8501 */
  https?: number;
  /**
   * gRPC, by which the sync learns of all servers.
   * @default 8503
   */
  grpc?: number;
}

/** Servers of Consul, as whoever has no agent reaches them. */
export interface ConsulApiArgs {
  /** Their IPv4 addresses or names, such as `servers.addresses` of a `ConsulServers`; no agent's. */
  addresses: pulumi.Input<pulumi.Input<string>[]>;
  /** Who vouches for them, as PEM. */
  caCertificate: pulumi.Input<string>;
  /**
   * A name of the servers' certificate.
   * @default `server.<datacenter>.<domain>`
   */
  tlsServerName?: string;
  ports?: ConsulApiPortsArgs;
}

/** Arguments of {@link ConsulCatalogSync}. */
export interface ConsulCatalogSyncArgs extends CatalogSyncSettingsArgs {
  /** The vendor's image consul-k8s-control-plane for Linux that goes with the servers' version, or a copy of it. */
  image: pulumi.Input<string>;
  /** Namespace of the Services, and of the sync: it has to be there. Services with `registration` are written, no others. */
  namespace: string;
  /** The servers. */
  servers: ConsulApiArgs;
  /** Address in a vault of the token, such as `sync-token-<nodeName>` of `servers.secretUris`. */
  tokenUrl: pulumi.Input<string>;
  /** By which the sync reads its token. */
  identity: WorkloadIdentityArgs;
  /**
   * Name of the datacenter.
   * @default "dc1"
   */
  datacenter?: string;
  /**
   * What names end with.
   * @default "consul"
   */
  domain?: string;
  /**
   * The cluster, for example `cluster.kubeconfig`.
   * @default the cluster of the `kubernetes` provider that the options or the stack's configuration name
   */
  kubeconfig?: pulumi.Input<string>;
}
