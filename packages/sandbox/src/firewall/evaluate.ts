import { prefixHolds } from "./cidr";
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
}

export interface Verdict {
  /** Name of the rule that decided. */
  rule: string;
  access: "Allow" | "Deny";
}

/**
 * What a network security group decides about an inbound flow: the first matching rule by priority, Azure's default
 * rules last. A service tag that names nothing on this computer matches no flow.
 */
export function evaluate(rules: readonly InboundRule[], flow: Flow): Verdict {
  const inOrder = [...rules, ...DEFAULT_INBOUND_RULES].sort((a, b) => a.priority - b.priority);
  const decisive = inOrder.find((rule) => matches(rule, flow));
  return decisive ? { rule: decisive.name, access: decisive.access } : { rule: "none", access: "Deny" };
}

function matches(rule: InboundRule, flow: Flow): boolean {
  return (
    (rule.protocol === "*" || sameWord(rule.protocol, flow.protocol)) &&
    rule.sources.some((prefix) => covers(prefix, flow.source, flow.virtualNetwork)) &&
    rule.destinations.some((prefix) => covers(prefix, flow.destination, flow.virtualNetwork)) &&
    rule.sourcePorts.some((range) => inPortRange(range, flow.sourcePort)) &&
    rule.destinationPorts.some((range) => inPortRange(range, flow.destinationPort))
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
