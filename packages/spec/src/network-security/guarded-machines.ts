import { inboundRules, type InboundRule, type SecurityRuleInputs } from "./security-rule";
import { nameOf, type StackResources, type Referenced, type StackResource } from "./stack-resource";

const NETWORK = "azure-native:network";
const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
const MACHINE = "azure-native:compute:VirtualMachine";
const PROFILE = "virtualMachineProfile";

interface Reference {
  id?: unknown;
}
interface Interface {
  primary?: boolean;
  networkSecurityGroup?: Reference;
  ipConfigurations?: { subnet?: Reference; applicationSecurityGroups?: Reference[] }[];
}

/** A network security group that a flow has to pass. */
export interface Guard {
  name: string;
  at: "subnet" | "interface";
  /** Undefined when the group isn't a resource of the stack. */
  rules: InboundRule[] | undefined;
}

/** One machine or equal ones, and what guards them. */
export interface GuardedMachines {
  name: string;
  guards: Guard[];
  /** Keys of the application security groups that they join. */
  groups: string[];
  subnetPrefix: string | undefined;
  /** Ranges of the virtual network; undefined when it isn't in the stack. */
  virtualNetwork: string[] | undefined;
  /** Whether the subnet, and with it a security group of its own, is in the stack. */
  knowsSubnet: boolean;
}

/** A primary interface, and which properties of which resource its references stand in. */
interface DeclaredInterface {
  nic: Interface;
  holder: StackResource;
  groupProperty: string;
  configurationProperty: string;
}

/** The machines of every scale set of a stack, and every single machine. */
export function guardedMachines(stack: StackResources): GuardedMachines[] {
  return [
    ...stack.ofType(SCALE_SET).map((scaleSet) => machinesOf(stack, scaleSet, scaleSetInterface(scaleSet))),
    ...stack.ofType(MACHINE).map((machine) => machinesOf(stack, machine, machineInterface(stack, machine))),
  ];
}

function machinesOf(stack: StackResources, owner: StackResource, declared: DeclaredInterface): GuardedMachines {
  const { nic, holder, groupProperty, configurationProperty } = declared;
  const [configuration] = nic.ipConfigurations ?? [];
  const find = (reference: Reference | undefined, type: string, property = configurationProperty) =>
    stack.referenced(holder, property, reference?.id, `${NETWORK}:${type}`);
  const [subnet] = find(configuration?.subnet, "Subnet");
  const [ownGroup] = find(nic.networkSecurityGroup, "NetworkSecurityGroup", groupProperty);
  return {
    name: nameOf(owner),
    guards: [...subnetGuard(stack, subnet?.resource), ...guard(stack, ownGroup, "interface")],
    groups: (configuration?.applicationSecurityGroups ?? []).flatMap((group) =>
      find(group, "ApplicationSecurityGroup").map(({ key }) => key),
    ),
    subnetPrefix: subnet?.resource?.inputs["addressPrefix"] as string | undefined,
    virtualNetwork: virtualNetworkOf(stack, subnet?.resource),
    knowsSubnet: subnet?.resource !== undefined,
  };
}

function scaleSetInterface(scaleSet: StackResource): DeclaredInterface {
  const profile = scaleSet.inputs[PROFILE] as
    { networkProfile?: { networkInterfaceConfigurations?: Interface[] } } | undefined;
  const nic = primary(profile?.networkProfile?.networkInterfaceConfigurations ?? []) ?? {};
  return { nic, holder: scaleSet, groupProperty: PROFILE, configurationProperty: PROFILE };
}

/** A single machine's interface is a resource of its own; one of another stack says nothing here. */
function machineInterface(stack: StackResources, machine: StackResource): DeclaredInterface {
  const property = "networkProfile";
  const profile = machine.inputs[property] as { networkInterfaces?: (Reference & { primary?: boolean })[] } | undefined;
  const reference = primary(profile?.networkInterfaces ?? []);
  const [found] = stack.referenced(machine, property, reference?.id, `${NETWORK}:NetworkInterface`);
  const holder = found?.resource;
  const properties = { groupProperty: "networkSecurityGroup", configurationProperty: "ipConfigurations" };
  return { nic: holder?.inputs ?? {}, holder: holder ?? machine, ...properties };
}

function primary<One extends { primary?: boolean }>(all: readonly One[]): One | undefined {
  return all.find((one) => one.primary) ?? all[0];
}

function subnetGuard(stack: StackResources, subnet: StackResource | undefined): Guard[] {
  if (!subnet) return [];
  const property = "networkSecurityGroup";
  const { id } = (subnet.inputs[property] ?? {}) as Reference;
  const [group] = stack.referenced(subnet, property, id, `${NETWORK}:NetworkSecurityGroup`);
  return guard(stack, group, "subnet");
}

function guard(stack: StackResources, group: Referenced | undefined, at: Guard["at"]): Guard[] {
  if (!group) return [];
  return [{ name: group.name, at, rules: group.resource && rulesOf(stack, group.resource) }];
}

/** The rules, with application security groups by key, which they have before they have an id. */
function rulesOf(stack: StackResources, group: StackResource): InboundRule[] {
  const property = "securityRules";
  const keyed = (references: readonly Reference[] = []) =>
    references.flatMap(({ id }) =>
      stack.referenced(group, property, id, `${NETWORK}:ApplicationSecurityGroup`).map(({ key }) => ({ id: key })),
    );
  const rules = (group.inputs[property] ?? []) as SecurityRuleInputs[];
  return inboundRules(
    rules.map((rule) => ({
      ...rule,
      sourceApplicationSecurityGroups: keyed(rule.sourceApplicationSecurityGroups),
      destinationApplicationSecurityGroups: keyed(rule.destinationApplicationSecurityGroups),
    })),
  );
}

function virtualNetworkOf(stack: StackResources, subnet: StackResource | undefined): string[] | undefined {
  if (!subnet) return undefined;
  const type = `${NETWORK}:VirtualNetwork`;
  const name = subnet.inputs["virtualNetworkName"];
  const network =
    stack.sources(subnet, "virtualNetworkName", type)[0]?.resource ??
    stack.ofType(type).find((candidate) => candidate.inputs["virtualNetworkName"] === name);
  const space = network?.inputs["addressSpace"] as { addressPrefixes?: string[] } | undefined;
  return space?.addressPrefixes;
}
