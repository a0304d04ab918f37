import type { Finding, Resolved } from "@windows-ha/spec";
import { autoNameLength } from "../common/resource-names";
import type { PlacementArgs } from "../common/placement";

/** AKS' most characters of the resource group in which it keeps the nodes: `MC_<group>_<cluster>_<region>` (its FAQ). */
const MOST_OF_NODE_GROUP = 80;
/** The shortest regions, where the region isn't known: eastus, westus. */
const LEAST_OF_REGION = 6;
/** Azure's most for the group of a network whose cluster has an overlay (azure-aks-docs, azure-cni-overlay.md). */
const MOST_OF_NETWORK_GROUP = 63;

/** What is known of a cluster's names before it is there. */
export interface AksNames {
  /** The component whose name they are made of. */
  component: string;
  cluster: string;
  placement: Partial<PlacementArgs>;
  /** Without a given group the component makes one of its own name. */
  makesGroup: boolean;
  /** Whether the group holds the nodes' network, too. */
  holdsNetwork: boolean;
}

/** Adds what AKS would say about names in the middle of a deployment. */
export function withAksNames<Spec>(resolved: Resolved<Spec>, names: AksNames | undefined): Resolved<Spec> {
  const findings = names === undefined ? [] : [...checkNodeGroup(names), ...checkNetworkGroup(names)];
  return findings.length === 0 ? resolved : { spec: undefined, findings: [...resolved.findings, ...findings] };
}

function checkNodeGroup({ component, cluster, placement, makesGroup }: AksNames): Finding[] {
  const { resourceGroupName, location } = placement;
  const group = makesGroup ? autoNameLength(component) : lengthOf(resourceGroupName);
  if (group === undefined) return [];
  const region = lengthOf(location) ?? LEAST_OF_REGION;
  const length = "MC___".length + group + autoNameLength(cluster) + region;
  if (length <= MOST_OF_NODE_GROUP) return [];
  return [
    {
      rule: "resource-name",
      path: "name",
      seen: `${JSON.stringify(component)}: ${length} characters or more of MC_<group>_<cluster>_<region>`,
      allowed: `at most ${MOST_OF_NODE_GROUP}: so AKS calls the resource group of its nodes`,
      fix: makesGroup
        ? "Give the component a shorter name."
        : "Give the component a shorter name, or take a resource group with one.",
    },
  ];
}

function checkNetworkGroup({ placement: { resourceGroupName }, holdsNetwork }: AksNames): Finding[] {
  const length = holdsNetwork ? lengthOf(resourceGroupName) : undefined;
  if (length === undefined || length <= MOST_OF_NETWORK_GROUP) return [];
  return [
    {
      rule: "resource-name",
      path: "resourceGroupName",
      seen: `${JSON.stringify(resourceGroupName)} (${length} characters)`,
      allowed: `at most ${MOST_OF_NETWORK_GROUP}: AKS takes no longer one for a network with an overlay`,
      fix: "Take a resource group with a shorter name.",
    },
  ];
}

/** Unknown of what another resource brings. */
function lengthOf(value: unknown): number | undefined {
  return typeof value === "string" ? value.replaceAll(" ", "").length : undefined;
}
