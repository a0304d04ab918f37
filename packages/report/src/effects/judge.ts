import { batchMachines } from "@windows-ha/spec";
import type { ResourceState } from "../input/document";
import { isObject } from "../input/values";
import { parsePath, pathPattern, valueAt, type Segment } from "../model/property-path";
import { plainType, shortType } from "../model/urn";
import { COMPUTE_EFFECTS } from "./compute";
import { DATA_EFFECTS } from "./data";
import { worst, type EffectRow, type EffectTable, type Judgement } from "./effect";
import { KUBERNETES_EFFECTS } from "./kubernetes";
import { NETWORK_EFFECTS } from "./network";

const TABLE: EffectTable = {
  ...COMPUTE_EFFECTS,
  ...NETWORK_EFFECTS,
  ...DATA_EFFECTS,
  ...KUBERNETES_EFFECTS,
};
export const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
export const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";

/** Types whose resources serve nobody: what uses their values changes by itself. */
const VALUES_ONLY = /^(random|tls|time):/;

/** Whether the tables say anything about a type, or it is known that it serves nobody. */
export function knowsType(type: string): boolean {
  return Object.hasOwn(TABLE, plainType(type)) || VALUES_ONLY.test(type);
}

/** Holds for every resource of Azure, and every object of Kubernetes. */
const EVERYWHERE: Readonly<Record<string, readonly EffectRow[]>> = {
  "azure-native": [["tags", "none", "only labels"]],
  kubernetes: [["metadata.labels", "none", "only labels"]],
};

/** What changing a property of a resource does. Nothing is guessed: what the tables don't have is unknown. */
export function judgeProperty(resource: ResourceState, segments: readonly Segment[]): Judgement {
  const type = plainType(resource.type);
  const rows = Object.hasOwn(TABLE, type) ? TABLE[type]! : [];
  const pattern = pathPattern(segments);
  const everywhere = EVERYWHERE[type.split(":")[0]!] ?? [];
  const found = bestRow([...rows, ...everywhere], pattern);
  if (!found)
    return { effect: "unknown", why: `nothing is known here about this property of ${shortType(type) || "this type"}` };
  if (found.effect !== "rolls") return found;
  if (type === SCALE_SET) return byUpgradeMode(resource, found);
  return type === DEPLOYMENT ? byStrategy(resource, found) : found;
}

function byStrategy({ inputs }: ResourceState, rolled: Judgement): Judgement {
  const strategy = valueAt(inputs, ["spec", "strategy", "type"]) ?? "RollingUpdate";
  if (strategy === "RollingUpdate") return rolled;
  if (strategy === "Recreate") return { effect: "interrupts", why: "all pods stop before the new ones start" };
  return { effect: "unknown", why: "the deployment's strategy can't be read" };
}

/** The row of the longest property that holds this one; else the worst of those that this one holds. */
function bestRow(rows: readonly EffectRow[], pattern: readonly string[]): Judgement | undefined {
  const parsed = rows.map(([property, effect, why]) => ({ steps: stepsOf(property), effect, why }));
  const around = parsed.filter(({ steps }) => steps.every((step, index) => step === pattern[index]));
  const nearest = around.sort((a, b) => b.steps.length - a.steps.length)[0];
  const within = parsed.filter(
    ({ steps }) => steps.length > pattern.length && pattern.every((step, index) => step === steps[index]),
  );
  // A whole branch changes, such as all front ends at once: whatever in it is worst.
  const found = worst([...within, ...(nearest ? [nearest] : [])]);
  return found && { effect: found.effect, why: found.why };
}

function stepsOf(property: string): string[] {
  return pathPattern(parsePath(property.replaceAll("[]", "[0]")));
}

/** How a scale set's machines get a new model depends on its policy. */
function byUpgradeMode({ inputs }: ResourceState, rolled: Judgement): Judgement {
  const mode = valueAt(inputs, ["upgradePolicy", "mode"]);
  if (mode === "Rolling") return rolled;
  if (mode === "Automatic") {
    return { effect: "unknown", why: `${rolled.why}; upgrade mode Automatic: in no known order, perhaps all at once` };
  }
  const seen = typeof mode === "string" ? `upgrade mode ${mode}` : "no upgrade mode";
  return { effect: "unknown", why: `${seen}: each machine keeps the former model until somebody upgrades it` };
}

/** The limits of a rolling upgrade that a scale set declares; undefined when they can't be read. */
export function rollingLimits({
  inputs,
}: ResourceState): { batchSize(machines: number): number; surge: boolean } | undefined {
  const policy = valueAt(inputs, ["upgradePolicy", "rollingUpgradePolicy"]);
  // Azure's default is 20 %.
  const { maxBatchInstancePercent = 20, maxSurge = false } = isObject(policy) ? policy : {};
  if (typeof maxBatchInstancePercent !== "number" || typeof maxSurge !== "boolean") return undefined;
  return {
    batchSize: (machines) => batchMachines(machines, { batchPercent: maxBatchInstancePercent }),
    surge: maxSurge,
  };
}
