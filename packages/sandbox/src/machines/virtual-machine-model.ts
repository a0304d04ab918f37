import { holdsId } from "../azure/arm-id";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import {
  readExtension,
  readInterface,
  readScaleSet,
  type ExtensionInputs,
  type InterfaceInputs,
  type ScaleSetModel,
} from "./scale-set-model";

export const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
export const VIRTUAL_MACHINE = "azure-native:compute:VirtualMachine";
export const EXTENSION = "azure-native:compute:VirtualMachineExtension";
export const NETWORK_INTERFACE = "azure-native:network:NetworkInterface";

interface VirtualMachineInputs {
  zones?: string[];
  osProfile?: { computerName?: string };
  networkProfile?: { networkInterfaces?: { id?: string }[] };
}

/** What a scale set or a virtual machine declares about machines. */
export function readMachines(
  owner: Pick<StoredResource, "id" | "type" | "name" | "inputs">,
  store: ResourceStore,
): ScaleSetModel {
  return owner.type === VIRTUAL_MACHINE ? readVirtualMachine(owner, store) : readScaleSet(owner);
}

/**
 * A virtual machine as a set of one: its interfaces and extensions are resources of their own. A change comes to it at
 * once, because whoever declares it decides when.
 */
function readVirtualMachine(
  { id, name, inputs }: Pick<StoredResource, "id" | "name" | "inputs">,
  store: ResourceStore,
): ScaleSetModel {
  const { zones = [], osProfile, networkProfile } = inputs as VirtualMachineInputs;
  const interfaces = (networkProfile?.networkInterfaces ?? []).flatMap((nic) => (nic.id ? [nic.id] : []));
  return {
    capacity: 1,
    computerNamePrefix: "",
    single: { name: osProfile?.computerName ?? name, ...(interfaces[0] ? { addressOwner: interfaces[0] } : {}) },
    zones,
    upgrade: {
      mode: "Automatic",
      maxBatchInstancePercent: 100,
      maxUnhealthyInstancePercent: 100,
      maxUnhealthyUpgradedInstancePercent: 100,
      pauseBetweenBatchesSeconds: 0,
      enableCrossZoneUpgrade: false,
      prioritizeUnhealthyInstances: false,
    },
    machine: {
      interfaces: interfaces.flatMap((nic) => readInterface((store.get(nic)?.inputs ?? {}) as InterfaceInputs)),
      extensions: store
        .list(EXTENSION)
        .filter((extension) => holdsId(id, extension.id))
        .map((extension) => readExtension({ ...extension.inputs, name: extension.name } as ExtensionInputs)),
    },
  };
}
