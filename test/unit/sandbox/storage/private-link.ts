/** A resource of the emulated network, without the package's name. */
export interface LinkPart {
  id: string;
  type: string;
  inputs: Record<string, unknown>;
}

/** What leads from a network to the blobs of an account past the account's firewall, or to a vault. */
export function privateLink(
  serviceId: string,
  networkId: string,
  { groupId, zoneName } = { groupId: "blob", zoneName: "privatelink.blob.core.windows.net" },
): [LinkPart, LinkPart, LinkPart] {
  const provider = networkId.slice(0, networkId.indexOf("/virtualNetworks/"));
  const endpoint = `${provider}/privateEndpoints/files`;
  const zone = `${provider}/privateDnsZones/${zoneName}`;
  return [
    {
      id: endpoint,
      type: "network:PrivateEndpoint",
      inputs: {
        privateLinkServiceConnections: [{ name: groupId, privateLinkServiceId: serviceId, groupIds: [groupId] }],
      },
    },
    {
      id: `${endpoint}/privateDnsZoneGroups/default`,
      type: "network:PrivateDnsZoneGroup",
      inputs: { privateDnsZoneConfigs: [{ name: groupId, privateDnsZoneId: zone }] },
    },
    {
      id: `${zone}/virtualNetworkLinks/net`,
      type: "privatedns:VirtualNetworkLink",
      inputs: { virtualNetwork: { id: networkId } },
    },
  ];
}
