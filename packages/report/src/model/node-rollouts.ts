import { surgeNodes } from "@windows-ha/spec";
import type { ResourceState } from "../input/document";
import { budgetedDeployments } from "./disruption-budgets";
import { factsAbove } from "./facts";
import { valueAt } from "./property-path";
import type { ResourceChange } from "./resource-change";
import type { Rollout } from "./rollouts";
import type { PlannedStack } from "./stack";

const POOL = "azure-native:containerservice:AgentPool";
/** What AKS does where a pool says nothing. */
const DEFAULT_SURGE = "10%";

/** Node pools that are upgraded, or whose successor takes their pods over. */
export function nodeRollouts(changes: readonly ResourceChange[], stack: PlannedStack): Rollout[] {
  return changes
    .filter(
      ({ type, action, effect, order }) =>
        type === POOL &&
        ((action === "update" && effect === "rolls") || (action === "replace" && order === "new first")),
    )
    .map((change) => nodeRollout(change, stack));
}

function nodeRollout({ name, urn, action }: ResourceChange, stack: PlannedStack): Rollout {
  const [before, after] = [stack.before.get(urn), stack.after.get(urn)];
  const pool = before ?? after!;
  const nodes = valueAt(pool.inputs, ["count"]);
  const isScaled = valueAt(pool.inputs, ["enableAutoScaling"]) === true;
  const known = typeof nodes === "number" && !isScaled ? nodes : undefined;
  const surge = after && action === "update" ? surgeOf(after, known) : undefined;
  return {
    of: "nodes",
    name,
    urn,
    resources: [urn],
    ...(known === undefined ? {} : { machines: known }),
    ...(surge === undefined ? {} : { atATime: surge }),
    ...podsOn(pool, stack),
    zones: zonesOf(pool),
  };
}

function surgeOf({ inputs }: ResourceState, nodes: number | undefined): number | undefined {
  const surge = valueAt(inputs, ["upgradeSettings", "maxSurge"]) ?? DEFAULT_SURGE;
  const isReadable = typeof surge === "string" && /^\d+%?$/.test(surge);
  return isReadable && nodes !== undefined ? Math.max(1, surgeNodes(surge, nodes)) : undefined;
}

/** Which pods go on serving is their disruption budgets' to say; the deployment that has the least left counts. */
function podsOn(
  pool: ResourceState,
  stack: PlannedStack,
): Pick<Rollout, "total" | "leastInService" | "serving" | "minimumActive" | "unknown"> {
  const osType = valueAt(pool.inputs, ["osType"]) === "Windows" ? "Windows" : "Linux";
  const deployments = budgetedDeployments(osType, stack);
  const free = deployments.filter(({ leastInService }) => leastInService === undefined);
  if (deployments.length === 0) return { unknown: [`which pods are on these nodes isn't seen here`] };
  if (free.length > 0) {
    return { unknown: [`no disruption budget is seen of ${free.map(({ deployment }) => deployment).join(", ")}`] };
  }
  const [least] = [...deployments].sort((a, b) => a.leastInService! / a.replicas - b.leastInService! / b.replicas);
  const { deployment, replicas, leastInService } = least!;
  const facts = factsAbove(pool, stack);
  return {
    ...(Number.isFinite(replicas) ? { total: replicas } : {}),
    leastInService: leastInService!,
    serving: deployment,
    ...(facts?.minimumActive === undefined ? {} : { minimumActive: facts.minimumActive }),
    unknown: [],
  };
}

function zonesOf({ inputs }: ResourceState): string[] {
  const zones = inputs["availabilityZones"];
  return Array.isArray(zones) ? zones.filter((zone) => typeof zone === "string").sort() : [];
}
