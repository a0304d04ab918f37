import { addressText, parseCidr } from "../cidr";
import { evaluate, matches, opaqueTags, type Flow, type Verdict } from "./evaluate";
import { guardedMachines, type Guard, type GuardedMachines } from "./guarded-machines";
import { DEFAULT_INBOUND_RULES, type InboundRule } from "./security-rule";
import { StackResources, type StackResource } from "./stack-resource";

/** A flow that somebody asks about. */
export interface FlowQuestion {
  /** IPv4 address of the client. */
  from: string;
  /** Port on the machines. */
  port: number;
  protocol: "Tcp" | "Udp";
  /** Ranges of the virtual network, where it isn't a resource of the stack. */
  virtualNetwork?: readonly string[];
}

/** What one security group says about a flow. */
export interface GroupVerdict extends Verdict {
  securityGroup: string;
  at: Guard["at"];
  /** Why this rule: what of the flow it matches. */
  because: string;
  /** Rules that open this port, but for other sources. */
  opensForOthers: { rule: string; sources: string[] }[];
}

/** Whether a flow reaches a single machine, or the equal ones of a scale set, and who decides. */
export interface FlowExplanation {
  machines: string;
  access: "Allow" | "Deny";
  /** The group whose word counts: the first that refuses, else the last; undefined when there is none. */
  decidedBy: GroupVerdict | undefined;
  /** In the order in which the flow meets them. */
  verdicts: GroupVerdict[];
  /** What limits this answer. */
  notes: string[];
}

/** Azure keeps the first four addresses of a subnet, so a machine has at least the fifth. */
const FIRST_MACHINE = 4;
/** Where clients' ports begin (IANA's dynamic range). */
const SOURCE_PORT = 49152;

/** Which rule decides about a flow, for every scale set and single machine of a stack, from what is declared alone. */
export function explainFlow(resources: readonly StackResource[], question: FlowQuestion): FlowExplanation[] {
  const stack = new StackResources(resources);
  const remapped = remappedPort(stack, question);
  return guardedMachines(stack).map((machines) => {
    const flow = flowTo(machines, question);
    const verdicts = machines.guards.flatMap((guard) => (guard.rules ? [verdictOf(guard, guard.rules, flow)] : []));
    const decidedBy = verdicts.find(({ access }) => access === "Deny") ?? verdicts.at(-1);
    return {
      machines: machines.name,
      access: decidedBy?.access ?? "Deny",
      decidedBy,
      verdicts,
      notes: [...remapped, ...limits(machines, question, flow, decidedBy)],
    };
  });
}

function flowTo(machines: GuardedMachines, { from, port, protocol, virtualNetwork = [] }: FlowQuestion): Flow {
  const ranges = machines.virtualNetwork ?? virtualNetwork;
  const place = parseCidr(machines.subnetPrefix ?? ranges[0] ?? "");
  return {
    protocol,
    source: from,
    sourcePort: SOURCE_PORT,
    destination: place ? addressText(Math.min(place.last, place.first + FIRST_MACHINE)) : "",
    destinationPort: port,
    virtualNetwork: ranges,
    destinationGroups: machines.groups,
  };
}

function verdictOf(guard: Guard, rules: readonly InboundRule[], flow: Flow): GroupVerdict {
  const verdict = evaluate(rules, flow);
  const decisive = [...rules, ...DEFAULT_INBOUND_RULES].find(
    ({ name, priority }) => name === verdict.rule && priority === verdict.priority,
  )!;
  const others = rules.filter(
    (rule) => rule.access === "Allow" && rule.name !== verdict.rule && matches({ ...rule, sources: ["*"] }, flow),
  );
  return {
    ...verdict,
    securityGroup: guard.name,
    at: guard.at,
    because: reason(decisive, flow),
    opensForOthers: others.map(({ name, sources }) => ({ rule: name, sources })),
  };
}

function reason({ sources, destinationPorts, protocol }: InboundRule, flow: Flow): string {
  const holds = sources.includes("*") ? "every source" : `sources ${sources.join(", ")}, which hold ${flow.source}`;
  const ports = destinationPorts.includes("*") ? "every port" : `port ${destinationPorts.join(", ")}`;
  return `it is the first rule that matches: ${holds}; ${ports}; ${protocol === "*" ? "every protocol" : protocol}`;
}

function limits(
  machines: GuardedMachines,
  { virtualNetwork }: FlowQuestion,
  flow: Flow,
  decidedBy: GroupVerdict | undefined,
): string[] {
  const notes: string[] = [];
  if (!decidedBy) notes.push("No security group of this stack guards these machines; nothing here opens them.");
  if (!machines.knowsSubnet) {
    notes.push("The subnet isn't in this stack. A security group of its own, if it has one, must allow the flow too.");
  }
  if (machines.virtualNetwork === undefined && virtualNetwork === undefined) {
    notes.push(
      "The virtual network isn't in this stack, so the tag VirtualNetwork holds no address here. Name its ranges with --virtual-network.",
    );
  }
  for (const { name, rules, at } of machines.guards) {
    if (!rules) notes.push(`The security group ${name} of the ${at} isn't in this stack; it must allow the flow too.`);
    for (const rule of rules ?? []) {
      const tags = opaqueTags(rule);
      if (tags.length > 0 && matches({ ...rule, sources: ["*"] }, flow)) {
        notes.push(
          `Rule ${rule.name} names ${tags.join(", ")}, whose addresses only Azure knows; it is taken not to match.`,
        );
      }
    }
  }
  return notes;
}

/** People ask for the port that they connect to; the firewall stands behind the balancer. */
function remappedPort(stack: StackResources, { port }: FlowQuestion): string[] {
  const rules = stack
    .ofType("azure-native:network:LoadBalancer")
    .flatMap(({ inputs }) => (inputs["loadBalancingRules"] ?? []) as { frontendPort: number; backendPort?: number }[]);
  const other = rules.find((rule) => rule.frontendPort === port && (rule.backendPort ?? port) !== port);
  if (!other || rules.some((rule) => rule.backendPort === port)) return [];
  return [
    `The balancer leads port ${port} to port ${other.backendPort} of the machines: ask with --port ${other.backendPort}.`,
  ];
}
