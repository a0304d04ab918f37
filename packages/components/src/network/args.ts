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
}

/** Arguments of {@link Network}. */
export interface NetworkArgs extends PlacementArgs, NetworkRangesArgs {
  /** Id of the network security group that guards the machines' subnet, for example `firewall.networkSecurityGroupId`. */
  networkSecurityGroupId: pulumi.Input<string>;
}
