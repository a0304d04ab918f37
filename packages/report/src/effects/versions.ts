import type { Json } from "../input/values";
import type { Judgement } from "./effect";

/** Properties that hold a version of Kubernetes, and how many minor versions an update may take at once. */
const VERSIONS: Readonly<Record<string, { property: string; most: number }>> = {
  // Azure's documentation of upgrades: the API server takes one at a time, pools may follow over several.
  "azure-native:containerservice:ManagedCluster": { property: "kubernetesVersion", most: 1 },
  "azure-native:containerservice:AgentPool": { property: "orchestratorVersion", most: Infinity },
};

/** Whether AKS refuses the way from one version to the other; undefined where it doesn't, or nobody can say. */
export function refusedVersion(
  type: string,
  property: string,
  before: Json | undefined,
  after: Json | undefined,
): Judgement | undefined {
  const row = Object.hasOwn(VERSIONS, type) ? VERSIONS[type]! : undefined;
  if (row?.property !== property) return undefined;
  const [was, becomes] = [minorOf(before), minorOf(after)];
  if (was === undefined || becomes === undefined) return undefined;
  if (becomes < was) return { effect: "refused", why: "AKS never goes back to an earlier version" };
  return becomes - was > row.most ? { effect: "refused", why: "AKS takes one minor version at a time" } : undefined;
}

function minorOf(version: Json | undefined): number | undefined {
  const [, minor] = typeof version === "string" ? (/^1\.(\d{1,3})(\.\d+)?$/.exec(version) ?? []) : [];
  return minor === undefined ? undefined : Number(minor);
}
