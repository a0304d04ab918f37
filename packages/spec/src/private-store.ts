import type { Finding } from "./finding";
import { newPrivateDnsZones, type PrivateEndpointSpec } from "./private-endpoints";
import { RESOURCE_ID } from "./resource-id";
import type { Fields } from "./shape";

/** A cluster's store that its network may reach by a private endpoint. */
export interface PrivateStoreSpec {
  private: boolean;
  privateDnsZoneId?: unknown;
}

/** What matters of a cluster's network for the way to a store. */
export interface StoreNetwork {
  existing?: { virtualNetworkId?: unknown };
  privateEndpoints?: readonly PrivateEndpointSpec[];
}

export const PRIVATE_STORE_FIELDS: Fields = {
  private: { kind: "boolean", default: false },
  privateDnsZoneId: RESOURCE_ID,
};

/** Whether the cluster's machines will find a private store by its name. */
export function checkClusterPrivateAccess(
  store: PrivateStoreSpec,
  prefix: string,
  { existing, privateEndpoints = [] }: StoreNetwork,
  zone: string,
): Finding[] {
  const isZoneGiven = store.privateDnsZoneId !== undefined;
  const at = { rule: "private-dns", path: `${prefix}privateDnsZoneId` };
  if (!store.private) {
    if (!isZoneGiven) return [];
    return [
      {
        ...at,
        seen: "given, without private",
        allowed: "a zone for a private store only",
        fix: `Set ${prefix}private to true, or remove it.`,
      },
    ];
  }
  if (existing && existing.virtualNetworkId === undefined && !isZoneGiven) {
    return [
      {
        ...at,
        seen: "missing, as is network.existing.virtualNetworkId",
        allowed: `the id of the zone ${zone} that the network is linked to, or the network's id (a zone is created and linked to it)`,
        fix: `Give network.existing.virtualNetworkId, or ${prefix}privateDnsZoneId.`,
      },
    ];
  }
  if (isZoneGiven && newPrivateDnsZones(privateEndpoints).includes(zone)) {
    return [
      {
        ...at,
        seen: `given, and network.privateEndpoints makes a zone ${zone}`,
        allowed: "one zone of a name: a network is linked to no second one",
        fix: `Leave ${prefix}privateDnsZoneId out, or give the same id to the endpoints of network.privateEndpoints.`,
      },
    ];
  }
  return [];
}
