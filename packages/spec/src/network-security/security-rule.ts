/** A security rule as azure-native takes it: each list also exists as a singular. */
export interface SecurityRuleInputs {
  name?: string;
  priority: number;
  direction: string;
  access: string;
  protocol: string;
  sourceAddressPrefix?: string;
  sourceAddressPrefixes?: string[];
  sourcePortRange?: string;
  sourcePortRanges?: string[];
  destinationAddressPrefix?: string;
  destinationAddressPrefixes?: string[];
  destinationPortRange?: string;
  destinationPortRanges?: string[];
  sourceApplicationSecurityGroups?: { id?: string }[];
  destinationApplicationSecurityGroups?: { id?: string }[];
}

/** An inbound rule in the one form that `evaluate` reads. */
export interface InboundRule {
  name: string;
  priority: number;
  access: "Allow" | "Deny";
  protocol: string;
  /** CIDR prefixes, addresses, service tags or `*`. */
  sources: string[];
  /** Application security groups, by lower-case id, that count beside `sources`. */
  sourceGroups: string[];
  /** `*`, `80` or `80-90`. */
  sourcePorts: string[];
  destinations: string[];
  destinationGroups: string[];
  destinationPorts: string[];
}

/** Azure's own rules, behind every network security group's; they can be overridden, never removed. */
export const DEFAULT_INBOUND_RULES: readonly InboundRule[] = [
  defaultRule("AllowVnetInBound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
  defaultRule("AllowAzureLoadBalancerInBound", 65001, "Allow", "AzureLoadBalancer", "*"),
  defaultRule("DenyAllInBound", 65500, "Deny", "*", "*"),
];

/** The inbound rules among a network security group's. */
export function inboundRules(rules: readonly SecurityRuleInputs[]): InboundRule[] {
  return rules
    .filter((rule) => sameWord(rule.direction, "Inbound"))
    .map((rule) => ({
      name: rule.name ?? `priority ${rule.priority}`,
      priority: rule.priority,
      access: sameWord(rule.access, "Allow") ? "Allow" : "Deny",
      protocol: rule.protocol,
      sources: both(rule.sourceAddressPrefix, rule.sourceAddressPrefixes),
      sourceGroups: groupIds(rule.sourceApplicationSecurityGroups),
      sourcePorts: both(rule.sourcePortRange, rule.sourcePortRanges),
      destinations: both(rule.destinationAddressPrefix, rule.destinationAddressPrefixes),
      destinationGroups: groupIds(rule.destinationApplicationSecurityGroups),
      destinationPorts: both(rule.destinationPortRange, rule.destinationPortRanges),
    }));
}

export function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function both(one: string | undefined, many: string[] | undefined): string[] {
  return [...(one ? [one] : []), ...(many ?? [])];
}

function groupIds(groups: readonly { id?: string }[] | undefined): string[] {
  return (groups ?? []).flatMap(({ id }) => (id ? [id.toLowerCase()] : []));
}

function defaultRule(
  name: string,
  priority: number,
  access: InboundRule["access"],
  source: string,
  destination: string,
): InboundRule {
  return {
    name,
    priority,
    access,
    protocol: "*",
    sources: [source],
    sourceGroups: [],
    sourcePorts: ["*"],
    destinations: [destination],
    destinationGroups: [],
    destinationPorts: ["*"],
  };
}
