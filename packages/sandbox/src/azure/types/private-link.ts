import { holdsId, parentId, sameId } from "../arm-id";
import type { ResourceStore } from "../resource-store";

interface EndpointInputs {
  privateLinkServiceConnections?: { privateLinkServiceId?: string; groupIds?: string[] }[];
}

/** What a machine looks up. */
export interface PrivateService {
  /** ARM id of the service's resource. */
  id: string;
  groupId: string;
  /** The zone that Azure's public DNS leads to. */
  zoneName: string;
}

/**
 * Whether a machine in one of these subnets reaches a service by a private endpoint: one that leads to it has its address
 * in a zone of the service's name, and the machine's network asks that zone.
 */
export function hasPrivateLink(store: ResourceStore, subnetIds: readonly string[], service: PrivateService): boolean {
  const endpoints = store
    .list("azure-native:network:PrivateEndpoint")
    .filter(({ inputs }) =>
      ((inputs as EndpointInputs).privateLinkServiceConnections ?? []).some(
        ({ privateLinkServiceId = "", groupIds = [] }) =>
          sameId(privateLinkServiceId, service.id) && groupIds.includes(service.groupId),
      ),
    );
  const zones = store
    .list("azure-native:network:PrivateDnsZoneGroup")
    .filter((group) => endpoints.some(({ id }) => holdsId(id, group.id)))
    .flatMap(({ inputs }) => (inputs["privateDnsZoneConfigs"] ?? []) as { privateDnsZoneId?: string }[])
    .flatMap(({ privateDnsZoneId: id }) => (id?.toLowerCase().endsWith(`/${service.zoneName}`) ? [id] : []));
  const networks = subnetIds.map((id) => parentId(id) ?? "");
  return store.list("azure-native:privatedns:VirtualNetworkLink").some((link) => {
    const linked = (link.inputs["virtualNetwork"] as { id?: string } | undefined)?.id ?? "";
    return zones.some((zone) => holdsId(zone, link.id)) && networks.some((id) => sameId(id, linked));
  });
}
