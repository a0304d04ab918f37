import { isDeepStrictEqual } from "node:util";
import { inboundRules, type InboundRule, type SecurityRuleInputs } from "@windows-ha/spec";
import type { ResourceState } from "../input/document";
import { isObject, isUnknown, type Json } from "../input/values";
import { covers, type Traffic } from "./traffic";
import type { PlannedStack } from "./stack";
import { kubernetesGate } from "./kubernetes-gates";
import { valueAt } from "./property-path";
import { parseUrn, plainType } from "./urn";
import { visible } from "../text";

/** A port that a security group, a balancer of Kubernetes or an API server lets somebody in by. */
export interface Opening {
  securityGroup: string;
  rule: string;
  protocol: string;
  /** `*`, `80` or `80-90`. */
  port: string;
  /** An address, a range, a service tag, or an application security group. */
  source: string;
  /** `*`, addresses, or application security groups. */
  destination: string;
}

/** Open ports: before and after. Health probes of the balancer aren't among them. */
export interface PortChanges {
  opened: Opening[];
  closed: Opening[];
  unchanged: Opening[];
  /** Where the rules can't be read here. */
  unknown: string[];
}

const SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup";
const SECURITY_RULE = "azure-native:network:SecurityRule";
const NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const GUARDED = new Set(["azure-native:network:Subnet", "azure-native:network:NetworkInterface"]);
const ANY_PROTOCOL = "any protocol";
const PROBES = "azureloadbalancer";
const ENDS = [
  "name",
  "sourceAddressPrefix",
  "sourcePortRange",
  "destinationAddressPrefix",
  "destinationPortRange",
] as const;
const PLURALS = {
  name: "names",
  sourceAddressPrefix: "sourceAddressPrefixes",
  sourcePortRange: "sourcePortRanges",
  destinationAddressPrefix: "destinationAddressPrefixes",
  destinationPortRange: "destinationPortRanges",
} as const;
const GROUPS = ["sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"] as const;
/** What stands where a value isn't known before the deployment. */
const LATER = "known after deployment";

/** What decides who gets in. */
export interface Gate {
  name: string;
  allowed: Opening[];
}

export function portChanges(stack: PlannedStack): PortChanges {
  const { before, after } = stack;
  const [was, becomes] = [gatesOf(before), gatesOf(after)];
  const urns = [...new Set([...was.keys(), ...becomes.keys()])].sort();
  const changes: PortChanges = { opened: [], closed: [], unchanged: [], unknown: [] };
  for (const urn of urns) {
    const [former, next] = [was.get(urn), becomes.get(urn)];
    if (former === "unknown" || next === "unknown") {
      changes.unknown.push(parseUrn(urn).name);
      continue;
    }
    const [openBefore, openAfter] = [former?.allowed ?? [], next?.allowed ?? []];
    for (const opening of openAfter) {
      const wasOpen = openBefore.some((one) => covers(trafficOf(one), trafficOf(opening)));
      (wasOpen ? changes.unchanged : changes.opened).push(opening);
    }
    // A group that goes closes nothing for what it has guarded and stays.
    if (!next && guardedBy(urn, before).some((one) => after.has(one))) continue;
    changes.closed.push(
      ...openBefore.filter((one) => !openAfter.some((other) => covers(trafficOf(other), trafficOf(one)))),
    );
  }
  changes.opened.push(...unguarded(before, after));
  changes.unknown.push(...unread(stack));
  return changes;
}

/**
 * What else decides who gets in, and isn't read here: as soon as it changes, nobody here can say what opens. The first
 * policy of a namespace only keeps out; a further one lets more in.
 */
function unread(stack: PlannedStack): string[] {
  const { before, after } = stack;
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((urn) => (after.get(urn) ?? before.get(urn))!.type === NETWORK_POLICY)
    .filter((urn) => !isDeepStrictEqual(before.get(urn)?.inputs["spec"], after.get(urn)?.inputs["spec"]))
    .filter((urn) => before.has(urn) || !isFirstPolicy(after.get(urn)!, stack))
    .map((urn) => parseUrn(urn).name)
    .sort();
}

function isFirstPolicy(policy: ResourceState, { before, after, knowsUnchanged }: PlannedStack): boolean {
  const namespaceOf = ({ inputs }: ResourceState): Json | undefined => valueAt(inputs, ["metadata", "namespace"]);
  const namespace = namespaceOf(policy);
  const others = [...before.values(), ...after.values()].filter(
    ({ type, urn }) => type === NETWORK_POLICY && urn !== policy.urn,
  );
  const isNew = [...after.values()].some(
    ({ type, urn, inputs }) =>
      type === NAMESPACE && !before.has(urn) && valueAt(inputs, ["metadata", "name"]) === namespace,
  );
  return (isNew || knowsUnchanged) && !others.some((other) => namespaceOf(other) === namespace);
}

function guardedBy(securityGroup: string, before: ReadonlyMap<string, ResourceState>): string[] {
  return [...before.values()]
    .filter(({ propertyDependencies }) => (propertyDependencies["networkSecurityGroup"] ?? []).includes(securityGroup))
    .map(({ urn }) => urn);
}

/** What had a security group and loses it: Azure then lets everything of the virtual network in. */
function unguarded(before: ReadonlyMap<string, ResourceState>, after: ReadonlyMap<string, ResourceState>): Opening[] {
  return [...before.values()]
    .filter(({ type }) => GUARDED.has(plainType(type)))
    .filter(({ urn, inputs }) => isObject(inputs["networkSecurityGroup"]) && after.get(urn) !== undefined)
    .filter(({ urn }) => !isObject(after.get(urn)!.inputs["networkSecurityGroup"]))
    .map(({ urn }) => ({
      securityGroup: visible(parseUrn(urn).name),
      rule: "no security group any more",
      protocol: ANY_PROTOCOL,
      port: "*",
      source: "VirtualNetwork",
      destination: "*",
    }));
}

function gatesOf(resources: ReadonlyMap<string, ResourceState>): Map<string, Gate | "unknown"> {
  const gates = new Map<string, Gate | "unknown">();
  for (const [urn, resource] of resources) {
    const { type, inputs } = resource;
    const token = plainType(type);
    const name = parseUrn(urn).name;
    const gate = kubernetesGate(resource);
    if (gate) gates.set(urn, gate);
    if (token === SECURITY_GROUP) gates.set(urn, gateOf(name, inputs["securityRules"] ?? []));
    if (token === SECURITY_RULE) gates.set(urn, gateOf(name, [inputs]));
  }
  return gates;
}

function gateOf(name: string, value: Json): Gate | "unknown" {
  if (!Array.isArray(value)) return "unknown";
  const given = value.filter(isSecurityRule);
  if (given.length < value.length) return "unknown";
  const rules = inboundRules(given).sort((a, b) => a.priority - b.priority);
  const allowed = rules.flatMap((rule, index) => {
    if (rule.access !== "Allow") return [];
    // An earlier refusal of the same traffic: nobody gets as far as this rule.
    const denied = rules.slice(0, index).filter(({ access }) => access === "Deny");
    return openingsOf(name, rule).filter(
      (opening) =>
        !denied.some((deny) => openingsOf(name, deny).some((one) => covers(trafficOf(one), trafficOf(opening)))),
    );
  });
  return { name, allowed: allowed.sort(compare) };
}

/** What `inboundRules` reads of a rule has the types that it takes for granted. */
function isSecurityRule(value: Json): value is Json & SecurityRuleInputs {
  if (!isObject(value)) return false;
  return (
    typeof value["priority"] === "number" &&
    ["direction", "access", "protocol"].every((name) => typeof value[name] === "string") &&
    ENDS.every((end) => isOptionalText(value[end]) && isOptionalList(value[PLURALS[end]], isOptionalText)) &&
    GROUPS.every((name) => isOptionalList(value[name], (item) => isObject(item) && isOptionalText(item["id"])))
  );
}

function isOptionalText(value: Json | undefined): boolean {
  return value === undefined || typeof value === "string";
}

function isOptionalList(value: Json | undefined, isItem: (item: Json) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isItem));
}

function openingsOf(securityGroup: string, rule: InboundRule): Opening[] {
  const sources = endsOf(rule.sources, rule.sourceGroups);
  const destination = endsOf(rule.destinations, rule.destinationGroups).sort().join(", ");
  return sources
    .filter((source) => source.toLowerCase() !== PROBES)
    .flatMap((source) =>
      rule.destinationPorts.map((port) => ({
        securityGroup: visible(securityGroup),
        rule: visible(rule.name),
        protocol: visible(rule.protocol === "*" ? ANY_PROTOCOL : rule.protocol.toUpperCase()),
        port: visible(isUnknown(port) ? LATER : port),
        source: visible(source),
        destination: visible(destination),
      })),
    );
}

function endsOf(prefixes: readonly string[], groups: readonly string[]): string[] {
  return [
    ...prefixes.map((prefix) => (isUnknown(prefix) ? LATER : prefix)),
    ...groups.map((id) => `application security group ${isUnknown(id) ? LATER : id.split("/").at(-1)}`),
  ];
}

function trafficOf({ protocol, ...rest }: Opening): Traffic {
  return { ...rest, protocol: protocol === ANY_PROTOCOL ? "*" : protocol };
}

function compare(one: Opening, other: Opening): number {
  const key = ({ port, protocol, source, rule }: Opening): string =>
    [port.padStart(11, "0"), protocol, source, rule].join(" ");
  return key(one) < key(other) ? -1 : 1;
}
