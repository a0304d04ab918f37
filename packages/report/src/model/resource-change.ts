import { severity, worst, type Effect, type Judgement } from "../effects/effect";
import { judgeProperty } from "../effects/judge";
import { refusedVersion } from "../effects/versions";
import type { ResourceState } from "../input/document";
import { compareByPath, propertyChanges, type RawChange } from "./property-changes";
import { pathText } from "./property-path";
import { parseUrn, plainType, shortType } from "./urn";
import type { Dependents } from "./dependents";
import type { Action, Planned, PlannedStack } from "./stack";
import { valueText } from "./value-text";

export interface PropertyChange {
  /** For people: `securityRules["metrics"].priority`. */
  path: string;
  kind: "add" | "update" | "delete";
  /** As JSON, shortened when it is long; missing when there is none. */
  before?: string;
  after?: string;
  forcesReplacement: boolean;
  effect: Effect;
  why: string;
}

/** A resource that changes, with what the change does to what runs. */
export interface ResourceChange {
  urn: string;
  name: string;
  type: string;
  shortType: string;
  action: Exclude<Action, "same">;
  effect: Effect;
  why: string;
  /** For a replacement: which instance exists first; missing when the preview doesn't show it. */
  order?: "new first" | "old first";
  /** The worst first. */
  properties: PropertyChange[];
  /** What depends on something that is replaced or deleted, and stays: the nearest first. */
  dependents: string[];
  /** Whether the engine will refuse to delete it. */
  protected: boolean;
}

/** Everything that changes, but for components, which only group resources: the worst first. */
export function resourceChanges(stack: PlannedStack, dependents: Dependents): ResourceChange[] {
  return stack.resources
    .filter(({ action, before, after }) => action !== "same" && (after ?? before)?.custom !== false)
    .map((planned) => resourceChange(planned, stack, dependents))
    .sort((a, b) => severity(a.effect) - severity(b.effect) || (a.urn < b.urn ? -1 : 1));
}

function resourceChange(planned: Planned, stack: PlannedStack, dependents: Dependents): ResourceChange {
  const { urn, action, before, after, order } = planned;
  const { name } = parseUrn(urn);
  const type = (after ?? before)?.type ?? parseUrn(urn).type;
  const properties = action === "update" || action === "replace" ? judged(planned) : [];
  const goes = action === "replace" || action === "delete";
  const staying = goes ? dependents.of(urn).filter((one) => stack.after.get(one)?.custom) : [];
  return {
    urn,
    name,
    type: plainType(type),
    shortType: shortType(plainType(type)),
    action: action as ResourceChange["action"],
    ...effectOf(planned, properties),
    ...(order ? { order } : {}),
    properties,
    dependents: staying.map((one) => parseUrn(one).name),
    protected: goes && before?.protect === true,
  };
}

function judged({ after, before, step }: Planned): PropertyChange[] {
  const resource = after ?? before;
  if (!resource) return [];
  return propertyChanges(step)
    .sort(compareByPath)
    .map((change) => propertyChange(change, judgement(change, resource)))
    .sort((a, b) => severity(a.effect) - severity(b.effect) || Number(isHidden(a)) - Number(isHidden(b)));
}

/** What can be read says more than a secret that changes. */
function isHidden({ before, after }: PropertyChange): boolean {
  return before === after;
}

function judgement({ forcesReplacement, segments, before, after }: RawChange, resource: ResourceState): Judgement {
  if (forcesReplacement) return { effect: "replaces", why: "it can't be changed on what exists" };
  return (
    refusedVersion(plainType(resource.type), pathText(segments), before, after) ?? judgeProperty(resource, segments)
  );
}

function propertyChange(change: RawChange, { effect, why }: Judgement): PropertyChange {
  const { kind, before, after, segments, forcesReplacement } = change;
  return {
    path: pathText(segments),
    kind,
    ...(before === undefined ? {} : { before: valueText(before) }),
    ...(after === undefined ? {} : { after: valueText(after) }),
    forcesReplacement,
    effect,
    why,
  };
}

const BY_ACTION: Readonly<Partial<Record<Action, Judgement>>> = {
  create: { effect: "creates", why: "it is new" },
  import: { effect: "none", why: "it exists, and becomes part of the stack" },
  read: { effect: "none", why: "it is only looked at" },
  forget: { effect: "none", why: "it stays, and leaves the stack" },
};

function effectOf({ action, before, order }: Planned, properties: readonly PropertyChange[]): Judgement {
  const fixed = BY_ACTION[action];
  if (fixed) return fixed;
  if (action === "delete") {
    return before?.retainOnDelete
      ? { effect: "none", why: "it stays (retainOnDelete), and leaves the stack" }
      : { effect: "deletes", why: "the program no longer declares it" };
  }
  if (action === "replace") return { effect: "replaces", why: replacementText(order) };
  const found = worst(properties);
  return found
    ? { effect: found.effect, why: found.why }
    : { effect: "unknown", why: "the preview doesn't say which property changes" };
}

function replacementText(order: Planned["order"]): string {
  if (order === "new first") return "the new one comes before the old one goes";
  if (order === "old first") return "the old one goes before the new one comes";
  return "the preview doesn't show which of the two goes first";
}
