import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";

const group = new resources.ResourceGroup("shared-network");
const place = { resourceGroupName: group.name };

const virtualNetwork = new network.VirtualNetwork("shared", {
  ...place,
  addressSpace: { addressPrefixes: ["10.80.0.0/16"] },
});
const address = new network.PublicIPAddress("outbound", {
  ...place,
  sku: { name: "Standard" },
  publicIPAllocationMethod: "Static",
});
const nat = new network.NatGateway("outbound", {
  ...place,
  sku: { name: "Standard" },
  publicIpAddresses: [{ id: address.id }],
});
const ordersSubnet = new network.Subnet("orders", {
  ...place,
  virtualNetworkName: virtualNetwork.name,
  addressPrefix: "10.80.4.0/24",
  natGateway: { id: nat.id },
  defaultOutboundAccess: false,
});

export const ordersSubnetId = ordersSubnet.id;
export const virtualNetworkId = virtualNetwork.id;
