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
   * front end, replacements and private endpoints need one each.
   * @default "10.20.0.0/22"
   */
  machinesSubnet?: string;
  /**
   * IPv4 range of the subnet for Consul's servers, inside `addressSpace`; only where there are some.
   * @default "10.20.4.0/27"
   */
  consulSubnet?: string;
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
  /**
   * Services that the machines reach inside of the network, each by an address of its own in the machines' subnet.
   * Whoever owns a service closes its public address.
   * @default []
   */
  privateEndpoints?: PrivateEndpointArgs[];
  /**
   * Flow logs of the virtual network: who connected to what, and what the firewall refused, by which rule (S0-32). `{}`
   * turns them on.
   * @default none
   */
  flowLogs?: FlowLogsArgs;
}

/** A private endpoint: an address in the network that leads to one service. */
export interface PrivateEndpointArgs {
  /** What it is called in the program: 1 to 40 letters, digits, dots, underscores, hyphens; used once per network. */
  name: string;
  /** Id of the service's resource. Another one replaces the endpoint. */
  targetId: pulumi.Input<string>;
  /**
   * The part of the service, as Azure calls it: `blob`, `file`, `vault`, `sqlServer`, `registry`, `namespace`, …
   * (docs/components/network.md lists those whose zone is known). Case counts.
   */
  groupId: string;
  /**
   * Name of the private DNS zone in which the service is looked up; it is created once per network, and linked to it.
   * @default the zone that Azure documents for `groupId`; parts that several services share need it
   */
  privateDnsZoneName?: string;
  /**
   * Id of a zone that the network is, or will be, linked to: nothing is created then.
   * @default a new zone
   */
  privateDnsZoneId?: pulumi.Input<string>;
}

/**
 * Where flow logs go. They belong to the virtual network: Azure takes no new ones for security groups since June 2025.
 * They hang on the network watcher that Azure keeps for each region in the resource group `NetworkWatcherRG`.
 */
export interface FlowLogsArgs {
  /**
   * Id of a storage account in the same region: Standard, and with account keys, by which Azure writes. A region without
   * zones needs one: the new one has a copy in each zone.
   * @default a new one, which Azure and whoever has a role on it reach; `network.flowLogsStorageAccountId`
   */
  storageAccountId?: pulumi.Input<string>;
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
  /**
   * Whether the machines go out through a NAT gateway of this network. `false` is for machines that something else takes
   * out, such as a public load balancer with `outbound`: a gateway would go before it.
   * @default true
   */
  natGateway?: boolean;
  /**
   * Id of the network security group that guards the subnet of Consul's servers. With it there is such a subnet.
   * @default none, and no such subnet
   */
  consulSecurityGroupId?: pulumi.Input<string>;
}
