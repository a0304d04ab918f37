import type * as pulumi from "@pulumi/pulumi";
import { newPrivateDnsZones, privateDnsZoneOf, type PrivateEndpointSpec } from "@windows-ha/spec";
import { createPrivateEndpoint, createPrivateZone } from "../common/private-endpoint";
import type { NetworkArgs } from "./args";

/** The private endpoints of a network. */
export interface PrivateEndpoints {
  /** Ids of the zones that were made, by the zone's name. */
  zoneIds: Record<string, pulumi.Output<string>>;
  /** What comes last: with these the services' names lead to the endpoints. */
  zoneGroups: pulumi.CustomResource[];
}

/** One zone per name, whatever the number of endpoints: a network is linked to no two zones of one name. */
export function createPrivateEndpoints(
  name: string,
  args: NetworkArgs,
  endpoints: readonly PrivateEndpointSpec[],
  { virtualNetworkId, subnetId }: Record<"virtualNetworkId" | "subnetId", pulumi.Output<string>>,
  parent: pulumi.Resource,
): PrivateEndpoints {
  const zoneIds = Object.fromEntries(
    newPrivateDnsZones(endpoints).map((zone) => [
      zone,
      createPrivateZone(`${name}-${zone}`, args, zone, virtualNetworkId, parent),
    ]),
  );
  const zoneGroups = endpoints.map((endpoint, index) => {
    const { targetId, privateDnsZoneId } = args.privateEndpoints![index]!;
    const zoneId = privateDnsZoneId ?? zoneIds[privateDnsZoneOf(endpoint)!]!;
    const { groupId } = endpoint;
    return createPrivateEndpoint(
      `${name}-endpoint-${endpoint.name}`,
      args,
      { subnetId, zoneId, targetId, groupId },
      parent,
    );
  });
  return { zoneIds, zoneGroups };
}
