import { judgeProperty, rollingLimits, SCALE_SET } from "../effects/judge";
import type { ResourceState } from "../input/document";
import { count, listed, visible } from "../text";
import { nodeRollouts } from "./node-rollouts";
import { podRollouts } from "./pod-rollouts";
import { componentAbove, factsAbove, readFacts, type Facts } from "./facts";
import { valueAt } from "./property-path";
import type { ResourceChange } from "./resource-change";
import type { PlannedStack } from "./stack";
import { parseUrn } from "./urn";

/** Machines, or nodes or pods of Kubernetes, that get something new while the others serve. */
export interface Rollout {
  of: "machines" | "nodes" | "pods";
  /** Of the scale set, of the component whose single machines these are, of the node pool, or of the deployment. */
  name: string;
  urn: string;
  /** URNs of the changes that it is made of. */
  resources: string[];
  /** Those that change; undefined where nobody here knows how many there are. */
  machines?: number;
  /** Those that there are; of nodes, the pods of `serving`. */
  total?: number;
  atATime?: number;
  /** Those that serve at the least while it goes well and all are healthy before; of nodes, the pods of `serving`. */
  leastInService?: number;
  /** Of nodes: the deployment on them that has the least pods left. */
  serving?: string;
  /** What the component was told to keep. */
  minimumActive?: number;
  zones: string[];
  /** Seconds without what Azure, downloads and slow stops add. */
  typicalSeconds?: number;
  /** Why something in it isn't known. */
  unknown: string[];
}

const MACHINE = "azure-native:compute:VirtualMachine";
/** Types of which each resource changes one single machine, and the property that names it. */
const OF_ONE_MACHINE: Readonly<Record<string, string>> = {
  [MACHINE]: "",
  "azure-native:compute:VirtualMachineRunCommand": "vmName",
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": "vmName",
  "azure-native:compute:VirtualMachineExtension": "vmName",
};

export function rollouts(changes: readonly ResourceChange[], stack: PlannedStack): Rollout[] {
  const scaleSets = changes.filter(({ type, properties }) => type === SCALE_SET && properties.length > 0);
  return [
    ...scaleSets.flatMap((change) => scaleSetRollout(change, stack)),
    ...singleMachines(changes, stack),
    ...nodeRollouts(changes, stack),
    ...podRollouts(changes, stack),
  ];
}

function scaleSetRollout(change: ResourceChange, stack: PlannedStack): Rollout[] {
  const after = stack.after.get(change.urn);
  const concerns = change.properties.some(({ effect, path }) => effect === "rolls" || touchesMachines(path));
  if (change.action !== "update" || !after || !concerns) return [];
  const facts = factsAbove(after, stack);
  const unknown = [...autoscaled(after, facts, stack), ...modeUnknown(after)];
  const machines = unknown.length === 0 ? fewest(stack.before.get(change.urn), after) : undefined;
  if (unknown.length === 0 && machines === undefined) unknown.push("sku.capacity can't be read");
  const limits = unknown.length === 0 ? rollingLimits(after) : undefined;
  const atATime = machines === undefined ? undefined : limits?.batchSize(machines);
  return [
    {
      of: "machines",
      name: change.name,
      urn: change.urn,
      resources: [change.urn],
      ...(machines === undefined ? {} : { machines, total: machines }),
      ...(atATime === undefined ? {} : { atATime, leastInService: limits!.surge ? machines! : machines! - atATime }),
      ...(facts?.minimumActive === undefined ? {} : { minimumActive: facts.minimumActive }),
      zones: zonesOf(after),
      ...(unknown.length > 0 || facts?.rollingUpdateSeconds === undefined
        ? {}
        : { typicalSeconds: facts.rollingUpdateSeconds }),
      unknown,
    },
  ];
}

/** Before or after, whichever is less: the number may change together with the model. */
function fewest(...states: (ResourceState | undefined)[]): number | undefined {
  const known = states.flatMap((state) => {
    const capacity = state && valueAt(state.inputs, ["sku", "capacity"]);
    return typeof capacity === "number" && capacity > 0 ? [capacity] : [];
  });
  return known.length === states.length ? Math.min(...known) : undefined;
}

/** Whether machines get it at all, also where nobody knows when. */
function touchesMachines(path: string): boolean {
  return path === "sku" || path === "sku.name" || /^virtualMachineProfile(\.|$)/.test(path);
}

function modeUnknown(scaleSet: ResourceState): string[] {
  const { effect, why } = judgeProperty(scaleSet, ["sku", "name"]);
  return effect === "unknown" ? [why] : [];
}

/** Where autoscale decides, nobody here knows how many machines there are now. */
function autoscaled(scaleSet: ResourceState, facts: Facts | undefined, stack: PlannedStack): string[] {
  const settings = [...stack.before.values(), ...stack.after.values()].filter(({ type }) =>
    type.endsWith(":AutoscaleSetting"),
  );
  const concerned = settings.some((setting) => isAbout(setting, scaleSet));
  if (facts?.autoscale || concerned) return ["autoscale decides how many machines there are"];
  if (facts || stack.knowsUnchanged) return [];
  return ["the preview doesn't show whether autoscale changes the number of machines (add --show-sames)"];
}

function isAbout({ propertyDependencies, inputs }: ResourceState, scaleSet: ResourceState): boolean {
  const isSource = (propertyDependencies["targetResourceUri"] ?? []).includes(scaleSet.urn);
  const target = inputs["targetResourceUri"];
  return isSource || (typeof target === "string" && target.toLowerCase() === scaleSet.id?.toLowerCase());
}

/** Where the cluster's own single machines are; others, such as servers beside them, change in an order of their own. */
const SERVICE_MACHINES = "windows-ha:index:WindowsMachines$";

/** Single machines, by the component that has them. */
function singleMachines(changes: readonly ResourceChange[], stack: PlannedStack): Rollout[] {
  const groups = new Map<string, ResourceState[]>();
  for (const { urn, type, effect, action } of changes) {
    const concerns = action === "replace" || (action === "update" && ["rolls", "interrupts"].includes(effect));
    if (!concerns || !Object.hasOwn(OF_ONE_MACHINE, type)) continue;
    const resource = (stack.after.get(urn) ?? stack.before.get(urn))!;
    const cluster = urn.includes(SERVICE_MACHINES) ? componentAbove(resource, stack)?.urn : undefined;
    const owner = cluster ?? resource.parent ?? urn;
    groups.set(owner, [...(groups.get(owner) ?? []), resource]);
  }
  return [...groups].map(([owner, resources]) => singleRollout(owner, resources, stack));
}

function machineOf({ type, inputs, urn }: ResourceState): string {
  const named = inputs[OF_ONE_MACHINE[type] ?? ""] ?? (type === MACHINE ? inputs["vmName"] : undefined);
  return typeof named === "string" ? named : parseUrn(urn).name;
}

function singleRollout(owner: string, resources: readonly ResourceState[], stack: PlannedStack): Rollout {
  const ours = resources.every(({ urn }) => urn.includes(SERVICE_MACHINES));
  const facts = ours ? readFacts(stack.after.get(owner)) : undefined;
  const oneByOne = facts?.upgradeMode === "OneByOne" && facts.capacity !== undefined;
  return {
    of: "machines",
    name: parseUrn(owner).name,
    urn: owner,
    resources: resources.map(({ urn }) => urn),
    machines: new Set(resources.map(machineOf)).size,
    ...(oneByOne ? { total: facts.capacity, atATime: 1, leastInService: facts.capacity! - 1 } : {}),
    ...(facts?.minimumActive === undefined ? {} : { minimumActive: facts.minimumActive }),
    zones: facts?.zones ?? [],
    ...(facts?.rollingUpdateSeconds === undefined ? {} : { typicalSeconds: facts.rollingUpdateSeconds }),
    unknown: oneByOne ? [] : ["nothing here says how many of these machines change at a time"],
  };
}

function zonesOf({ inputs }: ResourceState): string[] {
  const zones = inputs["zones"];
  return Array.isArray(zones) ? zones.filter((zone) => typeof zone === "string").sort() : [];
}

/** `≥ 2 of 3 serve, if all are healthy now`, or what isn't known. */
export function capacityText({ total, leastInService, serving, unknown }: Rollout): string {
  if (leastInService === undefined) return `capacity unknown: ${listed(unknown) || "not said"}`;
  const of = total === undefined ? "" : ` of ${total}`;
  const pods = serving === undefined ? "" : ` pods of ${visible(serving)}`;
  return `≥ ${leastInService}${of}${pods} serve, if all are healthy now`;
}

/** `3 machines, 1 at a time, over zones 1, 2 and 3`. */
export function machinesText({ of, machines, atATime, zones }: Rollout): string {
  const parts = [machines === undefined ? `an unknown number of ${of}` : count(machines, of.slice(0, -1))];
  if (atATime !== undefined) parts.push(of === "nodes" ? `${atATime} more at a time first` : `${atATime} at a time`);
  if (zones.length > 0) parts.push(`over ${zones.length === 1 ? "zone" : "zones"} ${listed(zones)}`);
  return parts.join(", ");
}
