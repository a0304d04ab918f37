import type { ClusterSpec } from "./cluster";
import type { SubnetUse } from "./network";
import { mostMachines, surgeMachines } from "./rolling-upgrade";

/** The cluster's own parts in a network that is made for it. */
export function subnetUse({
  machines,
  secretStore,
  artifactStore,
}: Pick<ClusterSpec, "machines" | "secretStore" | "artifactStore">): SubnetUse {
  const storeEndpoints = [secretStore, artifactStore].filter((store) => store.private).length;
  return { machines: mostMachines(machines), surge: surgeMachines(machines), storeEndpoints };
}
