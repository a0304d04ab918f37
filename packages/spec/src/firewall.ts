import { isCanonicalCidr, parseCidr } from "./cidr";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { checkOverlappingSources } from "./overlapping-sources";
import type { Field, ListField, ObjectField } from "./shape";

/** A rule that lets traffic in: port and source, both named (S0-34). */
export interface FirewallRuleSpec {
  name: string;
  port: number;
  protocol: "Tcp" | "Udp";
  sources: string[];
}

export interface FirewallSpec {
  /** The port that Azure's load balancer probes; admitted first. */
  probePort: number;
  rules: FirewallRuleSpec[];
  reviewEveryDays: number;
}

/** A security rule with its place in the order. */
export interface PlacedRule {
  name: string;
  priority: number;
  access: "Allow" | "Deny";
  protocol: "Tcp" | "Udp" | "*";
  sources: string[];
  /** `machines`: the guarded machines alone · `everything`: whatever the security group is attached to. */
  destination: "machines" | "everything";
  port: string;
  description: string;
}

/** IPv4 ranges, or Azure service tags such as VirtualNetwork or Internet. */
export const SOURCES: ListField = {
  kind: "list",
  minItems: 1,
  maxItems: 4000,
  unique: true,
  of: {
    kind: "string",
    pattern: /^(\d+\.\d+\.\d+\.\d+(\/\d+)?|[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?)$/,
    allowed: 'an IPv4 address or range ("203.0.113.0/24"), or a service tag ("VirtualNetwork", "Internet")',
  },
};

/** Azure's longest name of a security rule. */
export const MOST_NAME = 80;

/** Names of security rules, and of whatever else in a balancer or firewall is named by hand. */
export const RULE_NAME: Field = {
  kind: "string",
  required: true,
  pattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
  allowed: "1 to 80 letters, digits, dots, underscores and hyphens",
};

export const PROTOCOL: Field = { kind: "string", oneOf: ["Tcp", "Udp"], default: "Tcp" };

export const REVIEW_EVERY_DAYS: Field = {
  kind: "integer",
  minimum: 1,
  maximum: 365,
  default: DEFAULTS.firewall.reviewEveryDays,
};

const rule: Field = {
  kind: "object",
  fields: {
    name: RULE_NAME,
    port: { kind: "integer", required: true, minimum: 1, maximum: 65535 },
    protocol: PROTOCOL,
    sources: { ...SOURCES, required: true },
  },
};

export const FIREWALL_RULES: ListField = { kind: "list", of: rule, maxItems: 500 };

export const FIREWALL_FIELD: ObjectField = {
  kind: "object",
  required: true,
  fields: {
    probePort: { kind: "integer", required: true, minimum: 1, maximum: 65535 },
    // A cluster adds its balanced ports to those that it was given.
    rules: { ...FIREWALL_RULES, maxItems: 998, required: true },
    reviewEveryDays: REVIEW_EVERY_DAYS,
  },
};

/** Ports that administer a machine (S0-30): only named, narrow sources. */
const ADMINISTRATION_PORTS: Record<number, string> = { 22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM over TLS" };
/** The widest range that still counts as somebody's own: 256 addresses. */
const NARROW_PREFIX_LENGTH = 24;

export function checkFirewall(firewall: FirewallSpec, prefix: string): Finding[] {
  const taken = new Map<string, number>();
  return firewall.rules.flatMap((item, index) => [
    ...securityRuleNames(item).flatMap((name) => checkName(name, index, taken, `${prefix}rules[${index}].name`)),
    ...checkSources(item.sources, `${prefix}rules[${index}].sources`, item.port),
    ...checkOverlappingSources(item.sources, `${prefix}rules[${index}].sources`),
  ]);
}

function checkName(name: string, index: number, taken: Map<string, number>, path: string): Finding[] {
  const key = name.toLowerCase();
  const holder = taken.get(key);
  if (holder === undefined) taken.set(key, index);
  if (!RESERVED_NAMES.has(key) && (holder ?? index) === index && name.length <= MOST_NAME) return [];
  return [
    {
      rule: "rule-name",
      path,
      seen: JSON.stringify(name),
      allowed: `a name used once (case doesn't count), at most ${MOST_NAME} characters with the service tag that a rule of several sources gets at its end, other than ${[...RESERVED_NAMES].join(", ")}`,
      fix: "Give the rule another name.",
    },
  ];
}

/** What the shape can't say about the sources of a rule for `port`. */
export function checkSources(sources: readonly string[], path: string, port: number): Finding[] {
  const administration = ADMINISTRATION_PORTS[port];
  return sources.flatMap((source, index): Finding[] => {
    const at = { path: `${path}[${index}]`, seen: JSON.stringify(source) };
    if (!isServiceTag(source) && (source.includes("/") ? !isCanonicalCidr(source) : !parseCidr(source))) {
      return [
        {
          rule: "cidr",
          ...at,
          allowed: "an IPv4 address, or a range by its first address",
          fix: 'Write it like "203.0.113.0/24".',
        },
      ];
    }
    // No service tag is narrow: even VirtualNetwork holds peered networks and what is connected by gateways.
    if (administration && (isServiceTag(source) || parseCidr(source)!.prefixLength < NARROW_PREFIX_LENGTH)) {
      return [
        {
          rule: "administration-port",
          ...at,
          allowed: `addresses, or ranges of at most 256 addresses (/${NARROW_PREFIX_LENGTH} or longer), for port ${port} (${administration}); no service tag`,
          fix: "Name the addresses that administer the machines, such as the subnet of a bastion host.",
        },
      ];
    }
    return [];
  });
}

export function isServiceTag(source: string): boolean {
  return !/^\d/.test(source);
}

export function isAdministrationPort(port: number): boolean {
  return ADMINISTRATION_PORTS[port] !== undefined;
}

/** No rule of a user has this name. */
export const PROBE_RULE = "allow-azure-load-balancer-probe";
const DENY_RULE = "deny-all-inbound";
const RESERVED_NAMES = new Set([PROBE_RULE, DENY_RULE]);

const PROBE_PRIORITY = 100;
const DENY_PRIORITY = 4096;
const RULE_BAND = { first: 1000, size: 3000 };

/**
 * A rule as Azure takes it: one service tag, or any number of addresses and ranges, but not both. Sources of one kind
 * keep the rule's name; otherwise the ranges do, and each service tag gets `<rule>-<tag>`.
 */
function splitRule({ name, sources }: FirewallRuleSpec): { name: string; sources: string[] }[] {
  const tags = sources.filter(isServiceTag);
  const ranges = sources.filter((source) => !isServiceTag(source));
  if (tags.length === 0 || sources.length === 1) return [{ name, sources }];
  return [
    ...(ranges.length > 0 ? [{ name, sources: ranges }] : []),
    ...tags.map((tag) => ({ name: `${name}-${tag}`, sources: [tag] })),
  ];
}

/** The names that a rule has in Azure. */
export function securityRuleNames(item: FirewallRuleSpec): string[] {
  return splitRule(item).map(({ name }) => name);
}

/**
 * The rules in the order in which Azure reads them: the probe first (else the balancer ejects every machine), then the
 * allow list, then the refusal of everything else, which also replaces Azure's own "all of the virtual network" rule.
 *
 * A rule's priority comes from its name alone (and moves by one on a collision), so that a new rule doesn't renumber
 * the others.
 */
export function placeRules(firewall: Pick<FirewallSpec, "rules"> & { probePort?: number }): PlacedRule[] {
  const parts = firewall.rules.flatMap((item) => splitRule(item).map((part) => ({ ...item, ...part })));
  const priorities = assignPriorities(parts.map(({ name }) => name));
  const allowed = parts.map((item): PlacedRule => ({
    name: item.name,
    priority: priorities.get(item.name)!,
    access: "Allow",
    protocol: item.protocol,
    sources: item.sources,
    destination: "machines",
    port: String(item.port),
    description: `Clients of port ${item.port}`,
  }));
  return [
    ...(firewall.probePort === undefined ? [] : [probeRule(firewall.probePort)]),
    ...allowed.sort((a, b) => a.priority - b.priority),
    {
      name: DENY_RULE,
      priority: DENY_PRIORITY,
      access: "Deny",
      protocol: "*",
      sources: ["*"],
      destination: "everything",
      port: "*",
      description: "Everything that no rule names is refused",
    },
  ];
}

function probeRule(port: number): PlacedRule {
  return {
    name: PROBE_RULE,
    priority: PROBE_PRIORITY,
    access: "Allow",
    protocol: "Tcp",
    sources: ["AzureLoadBalancer"],
    destination: "machines",
    port: String(port),
    description: "Health probe of the load balancer",
  };
}

function assignPriorities(names: readonly string[]): Map<string, number> {
  const taken = new Map<number, string>();
  for (const name of [...names].sort()) {
    let slot = hash(name.toLowerCase()) % RULE_BAND.size;
    while (taken.has(slot)) slot = (slot + 1) % RULE_BAND.size;
    taken.set(slot, name);
  }
  return new Map([...taken].map(([slot, name]) => [name, RULE_BAND.first + slot]));
}

/** FNV-1a, 32 bits: small, stable for ever. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return value;
}
