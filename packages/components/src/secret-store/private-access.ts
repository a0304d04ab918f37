import type * as keyvault from "@pulumi/azure-native/keyvault";
import * as network from "@pulumi/azure-native/network";
import * as privatedns from "@pulumi/azure-native/privatedns";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateAccessArgs, SecretStoreArgs } from "./args";

/** The zone in which Azure's public DNS looks for vaults that have a private endpoint. */
const VAULT_ZONE = "privatelink.vaultcore.azure.net";

/** The way to a vault from inside of a network. */
export interface PrivateAccess {
  /** What comes last: with it the vault's name leads to the endpoint. */
  zoneGroup: network.PrivateDnsZoneGroup;
  zoneId: pulumi.Output<string>;
}

/** A private endpoint in the subnet, and its address in the zone that the network asks. */
export function createPrivateAccess(
  name: string,
  args: SecretStoreArgs,
  { subnetId, virtualNetworkId, privateDnsZoneId }: PrivateAccessArgs,
  vault: keyvault.Vault,
  parent: pulumi.Resource,
): PrivateAccess {
  const { resourceGroupName, location, tags } = args;
  const endpoint = new network.PrivateEndpoint(
    `${name}-endpoint`,
    {
      resourceGroupName,
      location,
      tags,
      subnet: { id: subnetId },
      privateLinkServiceConnections: [{ name: "vault", groupIds: ["vault"], privateLinkServiceId: vault.id }],
    },
    // Azure refuses these changes although a preview would call the second one an update.
    { parent, replaceOnChanges: ["subnet.id", "privateLinkServiceConnections[0].privateLinkServiceId"] },
  );
  const zoneId = virtualNetworkId ? createZone(name, args, virtualNetworkId, parent) : pulumi.output(privateDnsZoneId!);
  const zoneGroup = new network.PrivateDnsZoneGroup(
    `${name}-endpoint-dns`,
    {
      resourceGroupName,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: "vault", privateDnsZoneId: zoneId }],
    },
    { parent },
  );
  return { zoneGroup, zoneId };
}

/** The id of a new zone, known once the network asks it. */
function createZone(
  name: string,
  { resourceGroupName, tags }: SecretStoreArgs,
  virtualNetworkId: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  // Zones and links have no region.
  const location = "global";
  const zone = new privatedns.PrivateZone(
    `${name}-zone`,
    { resourceGroupName, location, tags, privateZoneName: VAULT_ZONE },
    { parent },
  );
  const link = new privatedns.VirtualNetworkLink(
    `${name}-zone-link`,
    {
      resourceGroupName,
      location,
      tags,
      privateZoneName: zone.name,
      virtualNetwork: { id: virtualNetworkId },
      registrationEnabled: false,
    },
    { parent },
  );
  return pulumi.all([zone.id, link.id]).apply(([zoneId]) => zoneId);
}
