import type { ResourceState } from "../input/document";
import { isObject, type Json, type JsonObject } from "../input/values";
import type { PlannedStack } from "./stack";
import { parseUrn } from "./urn";

/** What a component of windows-ha says about itself; each part is there only if it can be read. */
export interface Facts {
  capacity?: number;
  minimumActive?: number;
  zones?: string[];
  upgradeMode?: string;
  autoscale?: boolean;
  /** Seconds at worst by fault; a fault that isn't survived has none. */
  worstSeconds?: Record<string, number>;
  slaPercent?: number;
  usdPerMonth?: number;
  pricesAsOf?: string;
  /** What the price table has no price of; there is no sum then. */
  unpriced?: string[];
  rollingUpdateSeconds?: number;
  version?: string;
}

/** A component with facts, before and after. */
export interface ClusterChange {
  urn: string;
  name: string;
  before?: Facts;
  after?: Facts;
  /** Whether it comes or goes with this change; else a missing side isn't known. */
  life: "new" | "gone" | "stays";
}

const KNOWN_VERSION = 1;

/** The components that tell what a summary shows, in the order of their URNs; not those within one of them. */
export function clusterChanges(stack: PlannedStack): ClusterChange[] {
  const telling = stack.resources
    .map(({ urn, before, after }) => ({
      cluster: { urn, name: parseUrn(urn).name, ...sides(before, after), life: lifeOf(before, after) },
      parent: (after ?? before)?.parent,
    }))
    .filter(({ cluster }) => saysMuch(cluster.before) || saysMuch(cluster.after));
  const urns = new Set(telling.map(({ cluster }) => cluster.urn));
  return telling
    .filter(({ parent }) => !ancestors(parent, stack).some((urn) => urns.has(urn)))
    .map(({ cluster }) => cluster);
}

function saysMuch(facts: Facts | undefined): boolean {
  return [facts?.version, facts?.worstSeconds, facts?.slaPercent, facts?.usdPerMonth].some(
    (fact) => fact !== undefined,
  );
}

/** From the parent upwards. */
export function ancestors(parent: string | undefined, { before, after }: PlannedStack): string[] {
  const found = new Set<string>();
  for (let urn = parent; urn !== undefined && !found.has(urn); urn = (after.get(urn) ?? before.get(urn))?.parent)
    found.add(urn);
  return [...found];
}

/** What the nearest component above says of itself. */
export function factsAbove(resource: ResourceState, stack: PlannedStack): Facts | undefined {
  return readFacts(componentAbove(resource, stack));
}

/** The nearest component above that tells facts. */
export function componentAbove({ parent }: ResourceState, stack: PlannedStack): ResourceState | undefined {
  return ancestors(parent, stack)
    .map((urn) => stack.after.get(urn) ?? stack.before.get(urn))
    .find((component) => readFacts(component) !== undefined);
}

function lifeOf(before: ResourceState | undefined, after: ResourceState | undefined): ClusterChange["life"] {
  if (before && after) return "stays";
  return after ? "new" : "gone";
}

function sides(
  before: ResourceState | undefined,
  after: ResourceState | undefined,
): Pick<ClusterChange, "before" | "after"> {
  const [was, becomes] = [readFacts(before), readFacts(after)];
  return { ...(was ? { before: was } : {}), ...(becomes ? { after: becomes } : {}) };
}

/** Undefined for a resource without facts, and for facts of a version that came after this program. */
export function readFacts(resource: ResourceState | undefined): Facts | undefined {
  if (!resource || resource.custom || resource.inputs["factsVersion"] !== KNOWN_VERSION) return undefined;
  const {
    capacity,
    minimumActive,
    zones,
    upgrade,
    autoscale,
    predictedSeconds,
    sla,
    monthlyCost,
    rollingUpdate,
    service,
  } = resource.inputs;
  return {
    ...number("capacity", capacity),
    ...number("minimumActive", minimumActive),
    ...(Array.isArray(zones) ? { zones: zones.filter((zone) => typeof zone === "string") } : {}),
    ...text("upgradeMode", member(upgrade, "mode")),
    autoscale: isObject(autoscale),
    ...(isObject(predictedSeconds) ? { worstSeconds: worstSeconds(predictedSeconds) } : {}),
    ...number("slaPercent", member(sla, "percent")),
    ...number("usdPerMonth", member(monthlyCost, "usdPerMonth")),
    ...text("pricesAsOf", member(monthlyCost, "pricesAsOf")),
    ...texts("unpriced", member(monthlyCost, "unknown")),
    ...number("rollingUpdateSeconds", member(rollingUpdate, "typicalSeconds")),
    ...text("version", member(service, "version")),
  };
}

function worstSeconds(predicted: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(predicted)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([fault, span]) => {
        const worst = member(span, "worst");
        return typeof worst === "number" ? [[fault, worst] as const] : [];
      }),
  );
}

function number<Name extends string>(name: Name, value: Json | undefined): Partial<Record<Name, number>> {
  return typeof value === "number" && Number.isFinite(value) ? ({ [name]: value } as Record<Name, number>) : {};
}

function text<Name extends string>(name: Name, value: Json | undefined): Partial<Record<Name, string>> {
  return typeof value === "string" ? ({ [name]: value } as Record<Name, string>) : {};
}

function texts<Name extends string>(name: Name, value: Json | undefined): Partial<Record<Name, string[]>> {
  const found = Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  return found.length === 0 ? {} : ({ [name]: found } as Record<Name, string[]>);
}

function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
