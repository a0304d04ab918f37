import { isCanonicalCidr, parseCidr } from "./cidr";
import { describeValue, type Finding } from "./finding";
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
}

/** A security rule with its place in the order. */
export interface PlacedRule {
  name: string;
  priority: number;
  access: "Allow" | "Deny";
  protocol: "Tcp" | "Udp" | "*";
  sources: string[];
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

const rule: Field = {
  kind: "object",
  fields: {
    name: {
      kind: "string",
      required: true,
      pattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
      allowed: "1 to 80 letters, digits, dots, underscores and hyphens",
    },
    port: { kind: "integer", required: true, minimum: 1, maximum: 65535 },
    protocol: { kind: "string", oneOf: ["Tcp", "Udp"], default: "Tcp" },
    sources: { ...SOURCES, required: true },
  },
};

export const FIREWALL_FIELD: ObjectField = {
  kind: "object",
  required: true,
  fields: {
    probePort: { kind: "integer", required: true, minimum: 1, maximum: 65535 },
    rules: { kind: "list", required: true, of: rule, maxItems: 500 },
  },
};

/** Ports that administer a machine (S0-30): never open to everyone. */
const ADMINISTRATION_PORTS: Record<number, string> = { 22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM over TLS" };
const EVERYONE = new Set(["internet", "0.0.0.0/0"]);

export function checkFirewall(firewall: FirewallSpec, prefix: string): Finding[] {
  const names = firewall.rules.map((item) => item.name.toLowerCase());
  return firewall.rules.flatMap((item, index) => [
    ...(RESERVED_NAMES.has(names[index]!) || names.indexOf(names[index]!) < index
      ? [
          {
            rule: "rule-name",
            path: `${prefix}rules[${index}].name`,
            seen: JSON.stringify(item.name),
            allowed: `a name used once (case doesn't count), other than ${[...RESERVED_NAMES].join(", ")}`,
            fix: "Give the rule a name of its own.",
          },
        ]
      : []),
    ...checkSources(item.sources, `${prefix}rules[${index}].sources`, item.port),
  ]);
}

/** What the shape can't say about the sources of a rule for `port`. */
export function checkSources(sources: readonly string[], path: string, port: number): Finding[] {
  const administration = ADMINISTRATION_PORTS[port];
  // Azure takes one service tag or several ranges in a rule.
  if (sources.length > 1 && sources.some((source) => !/^\d/.test(source))) {
    return [
      {
        rule: "service-tag",
        path,
        seen: describeValue(sources),
        allowed: "one service tag alone, or any number of IPv4 addresses and ranges",
        fix: "Write the ranges that the service tag stands for, or give the service tag a firewall rule of its own.",
      },
    ];
  }
  return sources.flatMap((source, index): Finding[] => {
    const at = { path: `${path}[${index}]`, seen: JSON.stringify(source) };
    if (/^\d/.test(source) && (source.includes("/") ? !isCanonicalCidr(source) : !parseCidr(source))) {
      return [
        {
          rule: "cidr",
          ...at,
          allowed: "an IPv4 address, or a range by its first address",
          fix: 'Write it like "203.0.113.0/24".',
        },
      ];
    }
    if (administration && EVERYONE.has(source.toLowerCase())) {
      return [
        {
          rule: "administration-port",
          ...at,
          allowed: `a named, narrow source for port ${port} (${administration})`,
          fix: "Name the addresses that administer the machines.",
        },
      ];
    }
    return [];
  });
}

const PROBE_RULE = "allow-azure-load-balancer-probe";
const DENY_RULE = "deny-all-inbound";
const RESERVED_NAMES = new Set([PROBE_RULE, DENY_RULE]);

const PROBE_PRIORITY = 100;
const DENY_PRIORITY = 4096;
const RULE_BAND = { first: 1000, size: 3000 };

/**
 * The rules in the order in which Azure reads them: the probe first (else the balancer ejects every machine), then the
 * allow list, then the refusal of everything else, which also replaces Azure's own "all of the virtual network" rule.
 *
 * A rule's priority comes from its name alone (and moves by one on a collision), so that a new rule doesn't renumber
 * the others.
 */
export function placeRules(firewall: FirewallSpec): PlacedRule[] {
  const priorities = assignPriorities(firewall.rules.map((item) => item.name));
  const allowed = firewall.rules.map((item): PlacedRule => ({
    name: item.name,
    priority: priorities.get(item.name)!,
    access: "Allow",
    protocol: item.protocol,
    sources: item.sources,
    port: String(item.port),
    description: `Clients of port ${item.port}`,
  }));
  return [
    {
      name: PROBE_RULE,
      priority: PROBE_PRIORITY,
      access: "Allow",
      protocol: "Tcp",
      sources: ["AzureLoadBalancer"],
      port: String(firewall.probePort),
      description: "Health probe of the load balancer",
    },
    ...allowed.sort((a, b) => a.priority - b.priority),
    {
      name: DENY_RULE,
      priority: DENY_PRIORITY,
      access: "Deny",
      protocol: "*",
      sources: ["*"],
      port: "*",
      description: "Everything that no rule names is refused",
    },
  ];
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
