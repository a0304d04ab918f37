import * as network from "@pulumi/azure-native/network";
import type * as pulumi from "@pulumi/pulumi";

/** What a platform team has already: a network with a subnet for machines and a way out. It isn't changed. */
export function theirNetwork(resourceGroupName: pulumi.Input<string>): { machinesSubnetId: pulumi.Output<string> } {
  const virtualNetwork = new network.VirtualNetwork("shop", {
    resourceGroupName,
    addressSpace: { addressPrefixes: ["10.60.0.0/16"] },
  });
  const address = new network.PublicIPAddress("shop-outbound", {
    resourceGroupName,
    sku: { name: "Standard" },
    publicIPAllocationMethod: "Static",
  });
  const nat = new network.NatGateway("shop", {
    resourceGroupName,
    sku: { name: "Standard" },
    publicIpAddresses: [{ id: address.id }],
  });
  const subnet = new network.Subnet("shop-machines", {
    resourceGroupName,
    virtualNetworkName: virtualNetwork.name,
    addressPrefix: "10.60.4.0/24",
    natGateway: { id: nat.id },
    defaultOutboundAccess: false,
  });
  return { machinesSubnetId: subnet.id };
}
