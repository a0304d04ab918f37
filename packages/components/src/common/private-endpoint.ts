import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { onDemand } from "./on-demand";
import type { PlacementArgs } from "./placement";
import type { PrivateAccessArgs } from "./private-access";

/** The way to a service from inside of a network. */
export interface PrivateAccess {
  /** What comes last: with it the service's name leads to the endpoint. */
  zoneGroup: network.PrivateDnsZoneGroup;
  zoneId: pulumi.Output<string>;
}

/** What an endpoint leads to. */
export interface PrivateTarget {
  targetId: pulumi.Input<string>;
  /** The part of the service, in Azure's words. */
  groupId: string;
}

/** A private endpoint for a store, and its address in the zone that the network asks. */
export function createPrivateAccess(
  name: string,
  placement: PlacementArgs,
  { subnetId, virtualNetworkId, privateDnsZoneId }: PrivateAccessArgs,
  { zoneName, ...target }: PrivateTarget & { zoneName: string },
  parent: pulumi.Resource,
): PrivateAccess {
  const zoneId =
    virtualNetworkId === undefined
      ? pulumi.output(privateDnsZoneId!)
      : createPrivateZone(`${name}-zone`, placement, zoneName, virtualNetworkId, parent);
  const zoneGroup = createPrivateEndpoint(`${name}-endpoint`, placement, { subnetId, zoneId, ...target }, parent);
  return { zoneGroup, zoneId };
}

/** A private endpoint and what writes its address into a zone. @returns what comes last */
export function createPrivateEndpoint(
  name: string,
  { resourceGroupName, location, tags }: PlacementArgs,
  { subnetId, zoneId, targetId, groupId }: PrivateTarget & Record<"subnetId" | "zoneId", pulumi.Input<string>>,
  parent: pulumi.Resource,
): network.PrivateDnsZoneGroup {
  const endpoint = new network.PrivateEndpoint(
    name,
    {
      resourceGroupName,
      location,
      tags,
      subnet: { id: subnetId },
      privateLinkServiceConnections: [{ name: groupId, groupIds: [groupId], privateLinkServiceId: targetId }],
    },
    // Azure refuses these changes although a preview would call the second one an update.
    { parent, replaceOnChanges: ["subnet.id", "privateLinkServiceConnections[0].privateLinkServiceId"] },
  );
  return new network.PrivateDnsZoneGroup(
    `${name}-dns`,
    {
      resourceGroupName,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: groupId, privateDnsZoneId: zoneId }],
    },
    // A zone has one record of a name, and what is deleted takes it along: the former endpoint's goes before the new
    // one's comes.
    { parent, deleteBeforeReplace: true },
  );
}

/** A new private zone. @returns its id, known once the network asks it */
export function createPrivateZone(
  name: string,
  { resourceGroupName, tags }: PlacementArgs,
  privateZoneName: string,
  virtualNetworkId: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  // Zones and links have no region.
  const location = "global";
  const zone = new onDemand.privatedns.PrivateZone(
    name,
    { resourceGroupName, location, tags, privateZoneName },
    { parent },
  );
  const link = new onDemand.privatedns.VirtualNetworkLink(
    `${name}-link`,
    {
      resourceGroupName,
      location,
      tags,
      privateZoneName: zone.name,
      // The zone has no other, and together with the zone's own name it may get too long.
      virtualNetworkLinkName: "network",
      virtualNetwork: { id: virtualNetworkId },
      registrationEnabled: false,
    },
    { parent },
  );
  return pulumi.all([zone.id, link.id]).apply(([zoneId]) => zoneId);
}
