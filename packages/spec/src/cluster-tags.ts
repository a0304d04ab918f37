import type { ClusterSpec } from "./cluster";
import { activeConsul } from "./cluster-consul";
import type { Finding } from "./finding";
import { newPrivateDnsZones } from "./private-endpoints";
import { hasSecretStore, keepsValues } from "./service-secrets";
import { checkFewTags, FEW_TAGS_OF } from "./tags";

/** A cluster's tags reach all of its parts, those too that take few. */
export function checkClusterTags(
  spec: Pick<ClusterSpec, "network" | "secretStore" | "artifactStore" | "service" | "consul">,
  tags: unknown,
): Finding[] {
  const { network, secretStore, artifactStore, service } = spec;
  const stores = [...(hasSecretStore(secretStore, service) ? [secretStore] : []), artifactStore];
  const makesZone =
    stores.some((store) => store.private && store.privateDnsZoneId === undefined) ||
    (network.existing === undefined && newPrivateDnsZones(network.privateEndpoints).length > 0);
  return checkFewTags(tags, [
    ...(makesZone ? [FEW_TAGS_OF.zone] : []),
    ...(keepsValues(service) || activeConsul(spec) ? [FEW_TAGS_OF.secrets] : []),
  ]);
}
