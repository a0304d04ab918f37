import { newPrivateDnsZones } from "@windows-ha/spec";
import type { PrivateAccessArgs } from "../common/private-access";
import type { ClusterArtifactStoreArgs, ClusterSecretStoreArgs, WindowsHaClusterArgs } from "./args";
import type { Networking } from "./networking";

/** The private way from a cluster's machines to one of its stores, which is looked up in a zone of this name. */
export function storeAccess(
  zone: string,
  { privateDnsZoneId }: Pick<ClusterArtifactStoreArgs | ClusterSecretStoreArgs, "privateDnsZoneId"> = {},
  { existing, privateEndpoints = [] }: NonNullable<WindowsHaClusterArgs["network"]> = {},
  { network, machines: { subnetId } }: Pick<Networking, "network" | "machines">,
): PrivateAccessArgs {
  if (privateDnsZoneId !== undefined) return { subnetId, privateDnsZoneId };
  // A network is linked to one zone of a name, so the stores use the one that its endpoints have.
  if (network && newPrivateDnsZones(privateEndpoints).includes(zone)) {
    return { subnetId, privateDnsZoneId: network.privateDnsZoneIds.apply((ids) => ids[zone]!) };
  }
  return { subnetId, virtualNetworkId: existing?.virtualNetworkId ?? network!.virtualNetworkId };
}
