import { knowsType } from "../effects/judge";
import type { ResourceChange } from "./resource-change";
import { capacityText, type Rollout } from "./rollouts";

/** Something that may stop serving while the change goes on. */
export interface Interruption {
  name: string;
  urn: string;
  /** `possible`: nothing here can rule it out. */
  certainty: "certain" | "possible";
  why: string;
}

const MACHINE = "azure-native:compute:VirtualMachine";
/** What stops serving while a resource of this type is gone. */
const SERVING: Readonly<Record<string, string>> = {
  "azure-native:compute:VirtualMachineScaleSet": "its machines",
  [MACHINE]: "this machine",
  "azure-native:containerservice:ManagedCluster": "everything in it",
  "azure-native:containerservice:AgentPool": "pods on its nodes",
  "kubernetes:apps/v1:Deployment": "its pods",
  "kubernetes:core/v1:Service": "clients of its address",
  "kubernetes:core/v1:Namespace": "everything in it",
  "azure-native:network:LoadBalancer": "clients of its front ends",
  "azure-native:network:PublicIPAddress": "who uses this address",
  "azure-native:network:NetworkInterface": "its machine",
  "azure-native:network:Subnet": "everything in it",
  "azure-native:network:VirtualNetwork": "everything in it",
  "azure-native:network:NatGateway": "connections outwards",
  "azure-native:network:PrivateEndpoint": "connections to its service",
  "azure-native:keyvault:Vault": "who reads its secrets",
  "azure-native:storage:StorageAccount": "who reads from it",
  "azure-native:resources:ResourceGroup": "everything in it",
  "azure-native:authorization:RoleAssignment": "who has this role",
  "azure-native:managedidentity:UserAssignedIdentity": "who signs in as it",
  "azure-native:privatedns:PrivateZone": "who looks names up in it",
};
/** Where the new instance has an address of its own, so that coming first doesn't help its clients. */
const ADDRESSES = new Set([
  "azure-native:network:LoadBalancer",
  "azure-native:network:PublicIPAddress",
  "azure-native:network:NetworkInterface",
]);

const GOES = new Set(["deletes", "replaces", "unknown"]);

export function interruptions(changes: readonly ResourceChange[], rollouts: readonly Rollout[]): Interruption[] {
  // What is known of these stands in the rollout that they are part of.
  const rolled = new Set(
    rollouts.flatMap(({ of, resources, atATime }) => (of === "machines" && atATime ? resources : [])),
  );
  const isRolled = ({ type, urn }: ResourceChange): boolean => type === MACHINE && rolled.has(urn);
  return [...rollouts.flatMap(tooFew), ...changes.filter((change) => !isRolled(change)).flatMap(interruptionOf)].sort(
    (a, b) => Number(a.certainty === "possible") - Number(b.certainty === "possible") || (a.urn < b.urn ? -1 : 1),
  );
}

function tooFew(rollout: Rollout): Interruption[] {
  const { name, urn, leastInService, minimumActive = 1 } = rollout;
  if (leastInService === undefined) return [{ name, urn, certainty: "possible", why: capacityText(rollout) }];
  if (leastInService >= minimumActive) return [];
  return [
    { name, urn, certainty: "certain", why: `${capacityText(rollout)}: fewer than the ${minimumActive} that must` },
  ];
}

function interruptionOf(change: ResourceChange): Interruption[] {
  const { name, urn, type, effect, why, order } = change;
  const served = Object.hasOwn(SERVING, type) ? SERVING[type] : undefined;
  const one = (certainty: Interruption["certainty"], text: string): Interruption[] => [
    { name, urn, certainty, why: text },
  ];
  if (effect === "interrupts") return one("certain", why);
  if (!served) return knowsType(type) || !GOES.has(effect) ? [] : one("possible", "nothing here knows whom it serves");
  if (effect === "deletes") return one("certain", `it is deleted, and with it what it serves: ${served}`);
  if (effect === "unknown" && change.action === "update") return one("possible", why);
  if (effect !== "replaces") return [];
  if (order === "old first") return one("certain", `the old one goes before the new one comes: ${served}`);
  if (order === undefined) return one("possible", `which of the two goes first isn't known: ${served}`);
  return ADDRESSES.has(type) ? one("possible", `the new one may have another address: ${served}`) : [];
}
