import { prefixHolds } from "../cidr";
import { DEFAULT_INBOUND_RULES, sameWord, type InboundRule } from "./security-rule";
import { SERVICE_TAGS } from "./service-tags";

/** A new flow, with the addresses that it would have in Azure. */
export interface Flow {
  protocol: "Tcp" | "Udp";
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  /** Address prefixes of the virtual network of the destination: what the tag `VirtualNetwork` means. */
  virtualNetwork: readonly string[];
  /** Lower-case ids of the application security groups that the two ends belong to. */
  sourceGroups?: readonly string[];
  destinationGroups?: readonly string[];
}

export interface Verdict {
  /** Name of the rule that decided. */
  rule: string;
  priority: number;
  access: "Allow" | "Deny";
}

/**
 * What a network security group decides about an inbound flow: the first matching rule by priority, Azure's default
 * rules last, of which the last one matches everything. A service tag whose addresses only Azure knows matches no flow.
 */
export function evaluate(rules: readonly InboundRule[], flow: Flow): Verdict {
  const inOrder = [...rules, ...DEFAULT_INBOUND_RULES].sort((a, b) => a.priority - b.priority);
  const { name, priority, access } = inOrder.find((rule) => matches(rule, flow))!;
  return { rule: name, priority, access };
}

/** Service tags of a rule that `evaluate` can't look into, such as `Storage.WestEurope`. */
export function opaqueTags(rule: InboundRule): string[] {
  return [...rule.sources, ...rule.destinations].filter(
    (prefix) => /^[a-z]/i.test(prefix) && !prefix.includes(":") && !SERVICE_TAGS.has(prefix.toLowerCase()),
  );
}

/** Whether a rule is about this flow. */
export function matches(rule: InboundRule, flow: Flow): boolean {
  return (
    (rule.protocol === "*" || sameWord(rule.protocol, flow.protocol)) &&
    holdsEnd(rule.sources, rule.sourceGroups, flow.source, flow.sourceGroups, flow.virtualNetwork) &&
    holdsEnd(
      rule.destinations,
      rule.destinationGroups,
      flow.destination,
      flow.destinationGroups,
      flow.virtualNetwork,
    ) &&
    rule.sourcePorts.some((range) => inPortRange(range, flow.sourcePort)) &&
    rule.destinationPorts.some((range) => inPortRange(range, flow.destinationPort))
  );
}

function holdsEnd(
  prefixes: readonly string[],
  groups: readonly string[],
  address: string,
  addressGroups: readonly string[] = [],
  virtualNetwork: readonly string[],
): boolean {
  return (
    groups.some((group) => addressGroups.includes(group)) ||
    prefixes.some((prefix) => covers(prefix, address, virtualNetwork))
  );
}

function covers(prefix: string, address: string, virtualNetwork: readonly string[]): boolean {
  const tag = SERVICE_TAGS.get(prefix.toLowerCase());
  return tag ? tag(address, virtualNetwork) : prefixHolds(prefix, address);
}

function inPortRange(range: string, port: number): boolean {
  if (range === "*") return true;
  const [first, last = first] = range.split("-").map(Number) as [number, number?];
  return port >= first && port <= last;
}
