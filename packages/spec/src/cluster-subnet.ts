import type { ClusterSpec } from "./cluster";
import { activeConsul } from "./cluster-consul";
import type { SubnetUse } from "./network";
import { mostMachines, surgeMachines } from "./rolling-upgrade";

/** The cluster's own parts in a network that is made for it. */
export function subnetUse({
  machines,
  secretStore,
  artifactStore,
  consul,
}: Pick<ClusterSpec, "machines" | "secretStore" | "artifactStore" | "consul">): SubnetUse {
  // Consul's keys have a vault of their own.
  const stores = [secretStore, artifactStore, ...(activeConsul({ consul }) ? [secretStore] : [])];
  const storeEndpoints = stores.filter((store) => store.private).length;
  return { machines: mostMachines(machines), surge: surgeMachines(machines), storeEndpoints };
}
