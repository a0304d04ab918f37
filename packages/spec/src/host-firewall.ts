import type { AgentHostFirewall, AgentHostFirewallRule } from "./agent-spec";
import type { Finding } from "./finding";
import {
  checkSources,
  FIREWALL_RULES,
  isAdministrationPort,
  isServiceTag,
  PROBE_RULE,
  type FirewallRuleSpec,
} from "./firewall";
import type { ServiceSpec } from "./service";
import type { ObjectField } from "./shape";

/** What the machines' own firewall lets in to a service. */
export interface HostFirewallSpec {
  enabled: boolean;
  /** Left out: a cluster's own rules; without a cluster, the service's port for whoever the network lets through. */
  rules?: FirewallRuleSpec[];
}

/** As many as the agent's document takes. */
export const MOST_HOST_RULES = 600;

export const HOST_FIREWALL_FIELD: ObjectField = {
  kind: "object",
  fields: { enabled: { kind: "boolean", default: true }, rules: { ...FIREWALL_RULES, maxItems: MOST_HOST_RULES } },
};

export function checkHostFirewall({ rules = [] }: HostFirewallSpec, path: string): Finding[] {
  const first = new Map<string, number>();
  return rules.flatMap(({ name, sources, port }, index) => {
    const holder = first.get(name.toLowerCase()) ?? index;
    first.set(name.toLowerCase(), holder);
    const twice: Finding[] =
      holder === index
        ? []
        : [
            {
              rule: "rule-name",
              path: `${path}.rules[${index}].name`,
              seen: JSON.stringify(name),
              allowed: `a name used once (case doesn't count); ${path}.rules[${holder}] has it already`,
              fix: "Give the rule another name.",
            },
          ];
    return [...twice, ...checkSources(sources, `${path}.rules[${index}].sources`, port)];
  });
}

/** Where Azure's load balancer probes from, on every machine of every region. */
const PROBE_ADDRESS = "168.63.129.16";
/** A list that is longer stays with the network: the document has to fit into a command line. */
const MOST_SOURCES = 20;

/**
 * The rules of the machines' own firewall that follow from those of the network. Ports that administer a machine belong
 * to Windows, which has rules for them; a port on which the agent answers belongs to the agent, which opens it itself.
 */
export function agentHostFirewall(
  { enabled, rules }: HostFirewallSpec,
  { port: servicePort, health }: Pick<ServiceSpec, "port" | "health">,
): AgentHostFirewall | undefined {
  if (!enabled) return undefined;
  if (servicePort === 0 && !rules) return undefined;
  const given = rules ?? [{ name: "clients", port: servicePort, protocol: "Tcp", sources: ["Internet"] }];
  const clients = given
    .filter(({ port }) => !isAdministrationPort(port))
    .map(({ name, protocol, port, sources }): AgentHostFirewallRule => ({
      name,
      protocol,
      port,
      sources: machineSources(sources),
    }));
  const probe: AgentHostFirewallRule = {
    name: PROBE_RULE,
    protocol: "Tcp",
    port: servicePort,
    sources: [PROBE_ADDRESS],
  };
  const isProbed =
    servicePort !== 0 && health.provider === "service" && !clients.some((rule) => admitsEverybody(rule, servicePort));
  return { rules: isProbed ? [...clients, probe] : clients };
}

/** A machine knows no service tags: what they stand for is decided by the network alone. */
function machineSources(sources: readonly string[]): string[] {
  return sources.length > MOST_SOURCES || sources.some(isServiceTag) ? [] : [...sources];
}

function admitsEverybody({ port, protocol, sources }: AgentHostFirewallRule, servicePort: number): boolean {
  return port === servicePort && protocol === "Tcp" && sources.length === 0;
}
