import type { Finding } from "./finding";
import type { LoadBalancerSpec } from "./load-balancer";

/** Azure's most rules that lead to one interface (azure-virtual-network-limits.md). */
const MOST_RULES = 300;

/** A port of a public and an internal address is a rule of each. */
export function checkRuleCount(
  { public: isPublic, internal, haPorts, ports }: LoadBalancerSpec,
  prefix: string,
): Finding[] {
  const rules = (isPublic ? ports.length : 0) + (internal ? (haPorts ? 1 : ports.length) : 0);
  if (rules <= MOST_RULES) return [];
  return [
    {
      rule: "rule-count",
      path: `${prefix}ports`,
      seen: `${ports.length} ports on two addresses`,
      allowed: `at most ${MOST_RULES} rules that lead to a machine, one per port and address`,
      fix: "Name fewer ports, or leave one of the two addresses out.",
    },
  ];
}
