import type * as pulumi from "@pulumi/pulumi";
import type { PlacementArgs } from "../common/placement";

/** The ranges of a network. */
export interface NetworkRangesArgs {
  /**
   * IPv4 range of the virtual network. Can be widened later, not moved.
   * @default "10.20.0.0/16"
   */
  addressSpace?: string;
  /**
   * IPv4 range of the machines' subnet, inside `addressSpace`. Azure keeps 5 addresses of it; machines, the balancer's
   * front end and one replacement need one each.
   * @default "10.20.0.0/22"
   */
  machinesSubnet?: string;
  /**
   * Minutes after which the NAT gateway forgets an idle outbound flow, 4 to 120.
   * @default 4
   */
  natIdleTimeoutMinutes?: number;
  /**
   * Azure services that the machines reach past the internet, and that know them by their subnet, such as
   * `Microsoft.Storage`: whoever owns a store can then admit `machinesSubnetId`.
   * @default []
   */
  serviceEndpoints?: string[];
  /** Flow logs of the virtual network: who connected to what, and what was refused (S0-32). */
  flowLogs?: FlowLogsArgs;
}

/**
 * Where flow logs go. They belong to the virtual network: Azure takes no new ones for security groups since June 2025.
 * They hang on the network watcher that Azure keeps for each region in the resource group `NetworkWatcherRG`.
 */
export interface FlowLogsArgs {
  /** Id of a storage account in the same region. */
  storageAccountId: pulumi.Input<string>;
  /**
   * Resource id of a Log Analytics workspace, for traffic analytics every 10 minutes.
   * @default none
   */
  workspaceId?: pulumi.Input<string>;
  /**
   * Days after which Azure deletes the logs, 1 to 365.
   * @default 90
   */
  retentionDays?: number;
}

/** Arguments of {@link Network}. */
export interface NetworkArgs extends PlacementArgs, NetworkRangesArgs {
  /** Id of the network security group that guards the machines' subnet, for example `firewall.networkSecurityGroupId`. */
  networkSecurityGroupId: pulumi.Input<string>;
}
