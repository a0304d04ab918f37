import type { ResourceState } from "../input/document";
import type { FrontEnds } from "./report";
import type { ResourceChange } from "./resource-change";
import type { PlannedStack } from "./stack";
import { plainType } from "./urn";

const LOAD_BALANCER = "azure-native:network:LoadBalancer";

/** Front ends of the load balancers that are there before the change, and how many of them it touches. */
export function frontEnds(changes: readonly ResourceChange[], { before, knowsUnchanged }: PlannedStack): FrontEnds {
  const balancers = [...before.values()].filter(({ type }) => plainType(type) === LOAD_BALANCER);
  const changed = new Set(changes.filter(({ effect }) => effect !== "none").map(({ urn }) => urn));
  return {
    touched: sum(balancers.filter(({ urn }) => changed.has(urn))),
    ...(knowsUnchanged ? { total: sum(balancers) } : {}),
  };
}

function sum(balancers: readonly ResourceState[]): number {
  return balancers.reduce((total, { inputs }) => {
    const { frontendIPConfigurations: list } = inputs;
    return total + (Array.isArray(list) ? list.length : 0);
  }, 0);
}
