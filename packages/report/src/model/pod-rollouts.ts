import { DEPLOYMENT } from "../effects/judge";
import type { ResourceState } from "../input/document";
import type { Json } from "../input/values";
import { valueAt } from "./property-path";
import type { ResourceChange } from "./resource-change";
import type { Rollout } from "./rollouts";
import type { PlannedStack } from "./stack";

/** Kubernetes' defaults of a rolling update. */
const MAX_UNAVAILABLE = "25%";
const MAX_SURGE = "25%";
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
  const common: Omit<Rollout, "unknown"> = { of: "pods", name, urn, resources: [urn], zones: [] };
  const unknown = autoscaled(urn, after, stack);
  if (unknown.length > 0) return { ...common, unknown };
  const counts = [before, after].map((state) => replicasOf(state));
  const limits = limitsOf(after, Math.min(...counts));
  if (!limits || counts.some(Number.isNaN)) return { ...common, unknown: ["replicas and limits can't be read"] };
  const pods = Math.min(...counts);
  const atATime = Math.max(1, limits.unavailable + limits.surge);
  return { ...common, machines: pods, total: pods, atATime, leastInService: pods - limits.unavailable, unknown };
}

/** One, where nothing is said; NaN for what can't be read. */
function replicasOf(state: ResourceState | undefined): number {
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

function amount(limit: Json, of: number, rounded: (value: number) => number): number | undefined {
  if (typeof limit === "number") return limit;
  const percent = typeof limit === "string" ? /^(\d+)%$/.exec(limit) : null;
  return percent ? rounded((of * Number(percent[1])) / 100) : undefined;
}

function autoscaled(urn: string, deployment: ResourceState | undefined, stack: PlannedStack): string[] {
  const name = deployment && valueAt(deployment.inputs, ["metadata", "name"]);
  const scalers = [...stack.before.values(), ...stack.after.values()].filter(({ type }) => AUTOSCALER.test(type));
  const concerned = scalers.some(
    ({ inputs, propertyDependencies }) =>
      Object.values(propertyDependencies).flat().includes(urn) ||
      (name !== undefined && valueAt(inputs, ["spec", "scaleTargetRef", "name"]) === name),
  );
  if (concerned) return ["an autoscaler decides how many pods there are"];
  if (stack.knowsUnchanged) return [];
  return ["the preview doesn't show whether an autoscaler changes the number of pods (add --show-sames)"];
}
