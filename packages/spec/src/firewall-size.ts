import type { Finding } from "./finding";
import { isServiceTag, securityRuleNames, type FirewallRuleSpec } from "./firewall";

/** Azure's limits of a security group (azure-virtual-network-limits.md). */
const MOST_SECURITY_RULES = 1000;
const MOST_ADDRESSES = 4000;
/** The probe's rule and the final refusal. */
const OWN_RULES = 2;

/** What is too much for one security group, all rules together. */
export function checkFirewallSize(rules: readonly FirewallRuleSpec[], path: string): Finding[] {
  const inAzure = rules.flatMap((rule) => securityRuleNames(rule)).length + OWN_RULES;
  const addresses = rules.flatMap(({ sources }) => sources.filter((source) => !isServiceTag(source))).length;
  const tooMuch = (seen: string, allowed: string): Finding => ({
    rule: "firewall-size",
    path,
    seen,
    allowed,
    fix: "Name wider ranges, fewer ports or fewer sources.",
  });
  return [
    ...(inAzure > MOST_SECURITY_RULES
      ? [
          tooMuch(
            `${inAzure} security rules, two of them the firewall's own`,
            `at most ${MOST_SECURITY_RULES} in a group; several service tags of a rule are one each`,
          ),
        ]
      : []),
    ...(addresses > MOST_ADDRESSES
      ? [
          tooMuch(
            `${addresses} addresses and ranges in all rules together`,
            `at most ${MOST_ADDRESSES} in a group; each port that sources may reach counts them again`,
          ),
        ]
      : []),
  ];
}
