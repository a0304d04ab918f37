import type { ResourceState } from "../input/document";
import type { FrontEnds } from "./report";
import type { ResourceChange } from "./resource-change";
import type { PlannedStack } from "./stack";
import { valueAt } from "./property-path";
import { plainType } from "./urn";

const LOAD_BALANCER = "azure-native:network:LoadBalancer";
const SERVICE = "kubernetes:core/v1:Service";

/** Front ends of the load balancers that are there before the change, and how many of them it touches. */
export function frontEnds(changes: readonly ResourceChange[], { before, knowsUnchanged }: PlannedStack): FrontEnds {
  const balancers = [...before.values()].filter((resource) => frontEndsOf(resource) > 0);
  const changed = new Set(changes.filter(({ effect }) => effect !== "none").map(({ urn }) => urn));
  return {
    touched: sum(balancers.filter(({ urn }) => changed.has(urn))),
    ...(knowsUnchanged ? { total: sum(balancers) } : {}),
  };
}

function sum(balancers: readonly ResourceState[]): number {
  return balancers.reduce((total, balancer) => total + frontEndsOf(balancer), 0);
}

/** A Service of this type has one of AKS' balancer. */
function frontEndsOf({ type, inputs }: ResourceState): number {
  if (type === SERVICE) return valueAt(inputs, ["spec", "type"]) === "LoadBalancer" ? 1 : 0;
  const list = plainType(type) === LOAD_BALANCER ? inputs["frontendIPConfigurations"] : undefined;
  return Array.isArray(list) ? list.length : 0;
}
