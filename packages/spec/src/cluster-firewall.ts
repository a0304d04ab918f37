import type { ClusterSpec } from "./cluster";
import { activeConsul, gossipSources } from "./cluster-consul";
import { consulGossipRules } from "./consul/firewall-rules";
import type { Finding } from "./finding";
import {
  checkFirewall,
  FIREWALL_RULES,
  MOST_NAME,
  REVIEW_EVERY_DAYS,
  securityRuleNames,
  type FirewallRuleSpec,
  type FirewallSpec,
} from "./firewall";
import { checkFirewallSize } from "./firewall-size";
import { MOST_HOST_RULES, type HostFirewallSpec } from "./host-firewall";
import { checkPorts, type BalancedPort } from "./load-balancer";
import { healthEndpoint } from "./service-health";
import type { ObjectField } from "./shape";

/** `firewall` of a cluster: what else is let in beside the balanced ports. */
export interface ClusterFirewallSpec {
  rules: FirewallRuleSpec[];
  reviewEveryDays: number;
}

export const CLUSTER_FIREWALL_FIELD: ObjectField = {
  kind: "object",
  fields: { rules: { ...FIREWALL_RULES, default: [] }, reviewEveryDays: REVIEW_EVERY_DAYS },
};

type Balanced = Pick<ClusterSpec, "service" | "loadBalancer">;
type Guarded = Balanced & Pick<ClusterSpec, "firewall" | "consul" | "network">;

/** Every port that the cluster's balancer leads to the machines, the service's own first. */
export function balancedPorts({ service, loadBalancer }: Balanced): BalancedPort[] {
  const own: BalancedPort = {
    name: service.name,
    frontendPort: loadBalancer.port,
    backendPort: service.port,
    protocol: "Tcp",
  };
  const others = loadBalancer.ports.map(({ name, port, backendPort, protocol }) => ({
    name,
    frontendPort: port,
    backendPort,
    protocol,
  }));
  return [own, ...others];
}

const portRuleName = (port: string): string => `allow-port-${port}`;

/** The firewall of a cluster: what leads to its service, and what Consul's agents say to each other. */
export function clusterFirewall(spec: Guarded): FirewallSpec {
  const { rules, ...firewall } = serviceFirewall(spec);
  return { ...firewall, rules: [...rules, ...clusterGossipRules(spec)] };
}

/** What Consul's agents say to each other; nothing where there are none. */
export function clusterGossipRules(spec: Pick<ClusterSpec, "consul" | "network">): FirewallRuleSpec[] {
  return activeConsul(spec) ? consulGossipRules(gossipSources(spec)) : [];
}

/** Its own rules first, and one per balanced port. */
function serviceFirewall(spec: Balanced & Pick<ClusterSpec, "firewall">): FirewallSpec {
  const { allowFrom: sources } = spec.loadBalancer;
  const balanced = balancedPorts(spec).map(({ name, backendPort, protocol }, index) => ({
    name: index === 0 ? "allow-clients" : portRuleName(name),
    port: backendPort,
    protocol,
    sources,
  }));
  const { rules, reviewEveryDays } = spec.firewall;
  return { probePort: healthEndpoint(spec.service).port, rules: [...rules, ...balanced], reviewEveryDays };
}

/** What the machines' own firewall lets in: the same as the network, unless the service says something else. */
export function clusterHostFirewall(spec: Balanced & Pick<ClusterSpec, "firewall">): HostFirewallSpec {
  return { rules: serviceFirewall(spec).rules, ...spec.service.hostFirewall };
}

/** The rules that are the cluster's own come last, so that a name taken twice is found at the user's; it says where. */
export function checkClusterFirewall(spec: Guarded): Finding[] {
  const firewall = clusterFirewall(spec);
  const given = spec.firewall.rules.length;
  const own = firewall.rules.slice(given);
  const names = new Set(own.flatMap((item) => securityRuleNames(item)).map((name) => name.toLowerCase()));
  const clashes = spec.firewall.rules.flatMap((item, index): Finding[] =>
    securityRuleNames(item).some((name) => names.has(name.toLowerCase()))
      ? [
          {
            rule: "rule-name",
            path: `firewall.rules[${index}].name`,
            seen: JSON.stringify(item.name),
            allowed:
              "a name that the cluster doesn't use for a balanced port itself, with a service tag at its end or without",
            fix: "Give the rule another name.",
          },
        ]
      : [],
  );
  return [
    ...checkFirewall({ ...firewall, rules: spec.firewall.rules }, "firewall."),
    ...clashes,
    ...checkBalancedPorts(spec),
    ...checkPortRuleNames(spec),
    ...checkOwnNames(own),
    ...checkSize(firewall.rules),
  ];
}

/** One port's name with a service tag at its end may be another port's name; so may two tags that differ by case. */
function checkOwnNames(own: readonly FirewallRuleSpec[]): Finding[] {
  const taken = new Set<string>();
  return own.flatMap((item, index): Finding[] => {
    const names = securityRuleNames(item).map((name) => name.toLowerCase());
    const isTwice = new Set(names).size < names.length || names.some((name) => taken.has(name));
    for (const name of names) taken.add(name);
    if (!isTwice) return [];
    return [
      {
        rule: "rule-name",
        path: index === 0 ? "loadBalancer.allowFrom" : `loadBalancer.ports[${index - 1}].name`,
        seen: `the same security rule twice: ${securityRuleNames(item).join(", ")}`,
        allowed: "names that stay apart with a service tag at their end, and each service tag once",
        fix: "Give the port another name, or each service tag once.",
      },
    ];
  });
}

/** Each balanced port is a rule for all clients, beside the rules that were given. */
function checkSize(rules: readonly FirewallRuleSpec[]): Finding[] {
  if (rules.length <= MOST_HOST_RULES) return checkFirewallSize(rules, "firewall.rules");
  return [
    {
      rule: "firewall-size",
      path: "firewall.rules",
      seen: `${rules.length} rules, with those of the balanced ports`,
      allowed: `at most ${MOST_HOST_RULES}, which the machines' own firewall takes`,
      fix: "Name wider ranges or fewer ports.",
    },
  ];
}

/** A port's name is part of the names of its security rules, one for each service tag that may connect. */
function checkPortRuleNames({ loadBalancer: { ports, allowFrom } }: Balanced): Finding[] {
  return ports.flatMap(({ name, port, protocol }, index): Finding[] => {
    const rule = { name: portRuleName(name), port, protocol, sources: allowFrom };
    const longest = Math.max(...securityRuleNames(rule).map((ruleName) => ruleName.length));
    if (longest <= MOST_NAME) return [];
    const most = name.length - (longest - MOST_NAME);
    return [
      {
        rule: "rule-name",
        path: `loadBalancer.ports[${index}].name`,
        seen: `${JSON.stringify(name)} (${name.length} characters)`,
        allowed: `at most ${most} characters: the firewall's rule for the port is named after it, and Azure takes ${MOST_NAME}`,
        fix: "Give the port a shorter name.",
      },
    ];
  });
}

/** Paths count the extra ports alone; what clashes with the service's own port is found at them. */
function checkBalancedPorts(spec: Balanced): Finding[] {
  const WORDS: Record<string, string> = { frontendPort: "port" };
  return checkPorts(balancedPorts(spec), "loadBalancer.", "cluster").map((finding) => ({
    ...finding,
    path: finding.path.replace(
      /\[(\d+)\]\.(\w+)$/,
      (_, index: string, key: string) => `[${Number(index) - 1}].${WORDS[key] ?? key}`,
    ),
  }));
}
