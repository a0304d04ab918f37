import { DEPLOYMENT } from "../effects/judge";
import type { ResourceState } from "../input/document";
import type { Json } from "../input/values";
import { factsAbove } from "./facts";
import { valueAt } from "./property-path";
import type { ResourceChange } from "./resource-change";
import type { Rollout } from "./rollouts";
import type { PlannedStack } from "./stack";

/** Kubernetes' defaults of a rolling update. */
const MAX_UNAVAILABLE = "25%";
const MAX_SURGE = "25%";
const SEEN_IN_PART = "the preview doesn't show whether an autoscaler changes the number of pods (add --show-sames)";
const AUTOSCALER = /^kubernetes:autoscaling\/v\d\w*:HorizontalPodAutoscaler$/;

/** Deployments whose pods are replaced while the others serve. */
export function podRollouts(changes: readonly ResourceChange[], stack: PlannedStack): Rollout[] {
  return changes
    .filter(({ type, action }) => type === DEPLOYMENT && action === "update")
    .filter(({ properties }) => properties.some(({ effect }) => effect === "rolls"))
    .map((change) => podRollout(change, stack));
}

function podRollout({ name, urn }: ResourceChange, stack: PlannedStack): Rollout {
  const [before, after] = [stack.before.get(urn), stack.after.get(urn)];
  const facts = after && factsAbove(after, stack);
  const common: Omit<Rollout, "unknown"> = {
    of: "pods",
    name,
    urn,
    resources: [urn],
    ...(facts?.minimumActive === undefined ? {} : { minimumActive: facts.minimumActive }),
    zones: facts?.zones ?? [],
    ...(facts?.rollingUpdateSeconds === undefined ? {} : { typicalSeconds: facts.rollingUpdateSeconds }),
  };
  const scalers = autoscalersOf(urn, after, stack);
  if (scalers.length > 0) return { ...common, ...atTheLeast(after, scalers) };
  if (!stack.knowsUnchanged) return { ...common, unknown: [SEEN_IN_PART] };
  const counts = [before, after].map((state) => replicasOf(state));
  const limits = limitsOf(after, Math.min(...counts));
  if (!limits || counts.some(Number.isNaN)) return { ...common, unknown: ["replicas and limits can't be read"] };
  const pods = Math.min(...counts);
  const atATime = Math.max(1, limits.unavailable + limits.surge);
  return { ...common, machines: pods, total: pods, atATime, leastInService: pods - limits.unavailable, unknown: [] };
}

/** However many pods there are: the autoscaler never goes below its least. */
function atTheLeast(
  deployment: ResourceState | undefined,
  scalers: readonly ResourceState[],
): Pick<Rollout, "leastInService" | "unknown"> {
  const least = scalers.map(({ inputs }) => valueAt(inputs, ["spec", "minReplicas"]));
  const known = least.filter((pods) => typeof pods === "number");
  const pods = Math.min(...known);
  const limits = known.length === least.length ? limitsOf(deployment, pods) : undefined;
  if (!limits) return { unknown: ["an autoscaler decides how many pods there are"] };
  return { leastInService: pods - limits.unavailable, unknown: [] };
}

/** One, where nothing is said; NaN for what can't be read. */
export function replicasOf(state: ResourceState | undefined): number {
  const replicas = state && valueAt(state.inputs, ["spec", "replicas"]);
  if (replicas === undefined) return 1;
  return typeof replicas === "number" ? replicas : NaN;
}

function limitsOf(state: ResourceState | undefined, pods: number): { unavailable: number; surge: number } | undefined {
  const limit = (name: string): Json | undefined =>
    state && valueAt(state.inputs, ["spec", "strategy", "rollingUpdate", name]);
  // Kubernetes rounds what may be missing down, and what may be too many up.
  const unavailable = amount(limit("maxUnavailable") ?? MAX_UNAVAILABLE, pods, Math.floor);
  const surge = amount(limit("maxSurge") ?? MAX_SURGE, pods, Math.ceil);
  return unavailable === undefined || surge === undefined ? undefined : { unavailable, surge };
}

/** A number, or a part of one. */
export function amount(limit: Json | undefined, of: number, rounded: (value: number) => number): number | undefined {
  if (typeof limit === "number") return limit;
  const percent = typeof limit === "string" ? /^(\d+)%$/.exec(limit) : null;
  return percent ? rounded((of * Number(percent[1])) / 100) : undefined;
}

/** Before and after the change. */
function autoscalersOf(urn: string, deployment: ResourceState | undefined, stack: PlannedStack): ResourceState[] {
  const name = deployment && valueAt(deployment.inputs, ["metadata", "name"]);
  return [...stack.before.values(), ...stack.after.values()].filter(
    ({ type, inputs, propertyDependencies }) =>
      AUTOSCALER.test(type) &&
      (Object.values(propertyDependencies).flat().includes(urn) ||
        (name !== undefined && valueAt(inputs, ["spec", "scaleTargetRef", "name"]) === name)),
  );
}
