import type { RecordedResource, Values } from "./recording";

/** What a custom mock of a resource is told. */
export interface NewResource {
  type: string;
  name: string;
  /** Plain inputs; `UNKNOWN` marks what a preview does not know. */
  inputs: Values;
  custom: boolean;
  preview: boolean;
  /** Id of the existing resource, when one is read or imported. */
  id: string | undefined;
}

/** What a custom mock of a resource answers; what is left out stays as it would be without the mock. */
export interface NewResourceAnswer {
  /** Physical id. Give none in a preview, unless the id would be known there. */
  id?: string;
  /** Outputs, laid over the echoed inputs. A value may be a secret (`pulumi.secret`) or `UNKNOWN`. */
  state?: Record<string, unknown>;
}

/** Own answers in place of the default ones. */
export interface RecordMocks {
  /** Called for every resource; answer `undefined` to keep the default. */
  newResource?: (resource: NewResource) => NewResourceAnswer | undefined | Promise<NewResourceAnswer | undefined>;
  /** Called for every provider function. Without it a call fails the recording. */
  call?: (call: { token: string; inputs: Values }) => Values | Promise<Values>;
}

/** Computed outputs by type token, known in an update and unknown in a preview. */
export type OutputTable = Record<string, (inputs: Values, name: string) => Record<string, unknown>>;

/**
 * What azure-native's auto-naming stands for in a recording: it appends eight random hexadecimal digits. A physical
 * name that differs from the logical one shows code that mixes them up.
 */
export const mockNameSuffix = "1a2b3c4d";

/** Name inputs of azure-native that are not `<type>Name`. */
const nameInputs: Record<string, string> = {
  "azure-native:compute:VirtualMachine": "vmName",
  "azure-native:compute:VirtualMachineScaleSet": "vmScaleSetName",
  "azure-native:containerservice:ManagedCluster": "resourceName",
  "azure-native:managedidentity:UserAssignedIdentity": "resourceName",
  "azure-native:network:PublicIPAddress": "publicIpAddressName",
  "azure-native:network:PublicIPPrefix": "publicIpPrefixName",
  "azure-native:storage:StorageAccount": "accountName",
};

/** Outputs that an update knows without being told: for azure-native the physical `name`. */
export function computedOutputs(resource: Pick<RecordedResource, "type" | "name" | "inputs">): Record<string, unknown> {
  if (!resource.type.startsWith("azure-native:")) return {};
  const type = resource.type.split(":").at(-1) ?? "";
  const nameInput = nameInputs[resource.type] ?? `${type.charAt(0).toLowerCase()}${type.slice(1)}Name`;
  return { name: resource.inputs[nameInput] ?? resource.inputs.name ?? `${resource.name}${mockNameSuffix}` };
}
