import type * as pulumi from "@pulumi/pulumi";
import type { ProbeTimingArgs } from "../load-balancer/args";
import type { NetworkRangesArgs } from "../network/args";
import type { MachinesArgs } from "../scale-set/args";
import type { PublishedFileArgs, ServiceArgs } from "../service-install/args";

/** How clients reach the cluster. */
export interface ClusterLoadBalancerArgs {
  /**
   * Whether the address can be reached from the internet; then `allowFrom` must say by whom.
   * @default false
   */
  public?: boolean;
  /**
   * Port that clients connect to, 1 to 65535.
   * @default the service's port
   */
  port?: number;
  /**
   * Who may connect: any number of IPv4 addresses and ranges, or one service tag alone.
   * @default ["VirtualNetwork"] for an internal address; none for a public one
   */
  allowFrom?: string[];
  /**
   * Minutes after which an idle TCP flow is reset at both ends, 4 to 100.
   * @default 4
   */
  idleTimeoutMinutes?: number;
  probe?: ProbeTimingArgs;
}

/** Arguments of {@link WindowsHaCluster}. */
export interface WindowsHaClusterArgs {
  /** The service that the cluster is for. */
  service: ServiceArgs;
  /** The `windows-ha-agent` program for windows/amd64, which installs the service on each machine. */
  agent: PublishedFileArgs;
  /** The machines: three over three zones, when nothing is said. */
  machines?: MachinesArgs;
  /** Ranges of the network. */
  network?: NetworkRangesArgs;
  /** How clients reach the cluster: internal, when nothing is said. */
  loadBalancer?: ClusterLoadBalancerArgs;
  /**
   * Name of an existing resource group for everything.
   * @default a new one
   */
  resourceGroupName?: pulumi.Input<string>;
  /**
   * Azure region.
   * @default the `azure-native:location` of the stack's configuration
   */
  location?: pulumi.Input<string>;
  /** Tags of every resource that takes tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
