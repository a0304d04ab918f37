import type * as pulumi from "@pulumi/pulumi";

/** The way to a store whose public address is closed to the machines. */
export interface PrivateAccessArgs {
  /** Id of the subnet that gets the private endpoint. Another subnet replaces the endpoint. */
  subnetId: pulumi.Input<string>;
  /**
   * Id of the virtual network whose machines find the store by name: the service's private zone
   * (`privatelink.vaultcore.azure.net` for a vault, `privatelink.blob.core.windows.net` for blobs) is created and linked
   * to it.
   * @default none, with `privateDnsZoneId`
   */
  virtualNetworkId?: pulumi.Input<string>;
  /**
   * Id of that zone where the network is linked to it already. A network takes only one of a name, so a second private
   * store of the same kind in it needs the first one's.
   * @default none, with `virtualNetworkId`
   */
  privateDnsZoneId?: pulumi.Input<string>;
}
