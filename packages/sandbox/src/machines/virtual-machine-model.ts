import { holdsId } from "../azure/arm-id";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { ApplicationProfile } from "../azure/types/machine-applications";
import { addressOwner } from "../azure/types/static-address";
import { RUN_COMMAND, type RunCommandInputs } from "../azure/types/virtual-machine-run-command";
import { readLinux, type LinuxInputs } from "./linux-model";
import { readRunCommandExtension } from "./run-command-model";
import {
  readApplications,
  readExtension,
  readInterface,
  readScaleSet,
  readTerminateNotice,
  type EventsInputs,
  type ExtensionInputs,
  type InterfaceInputs,
  type ScaleSetModel,
} from "./scale-set-model";

export const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
export const VIRTUAL_MACHINE = "azure-native:compute:VirtualMachine";
export const EXTENSION = "azure-native:compute:VirtualMachineExtension";
export const NETWORK_INTERFACE = "azure-native:network:NetworkInterface";

interface VirtualMachineInputs extends LinuxInputs {
  zones?: string[];
  osProfile?: LinuxInputs["osProfile"] & { computerName?: string };
  networkProfile?: { networkInterfaces?: { id?: string }[] };
  scheduledEventsProfile?: EventsInputs;
  applicationProfile?: ApplicationProfile;
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
  const {
    zones = [],
    osProfile,
    networkProfile,
    scheduledEventsProfile,
    applicationProfile,
  } = inputs as VirtualMachineInputs;
  const partsOf = (type: string) => store.list(type).filter((part) => holdsId(id, part.id));
  const interfaces = (networkProfile?.networkInterfaces ?? []).flatMap((nic) => (nic.id ? [nic.id] : []));
  const [first] = interfaces;
  return {
    capacity: 1,
    computerNamePrefix: "",
    single: {
      name: osProfile?.computerName ?? name,
      ...(first ? { addressOwner: addressOwner(first, store.get(first)?.inputs ?? {}) } : {}),
    },
    zones,
    upgrade: {
      mode: "Automatic",
      maxBatchInstancePercent: 100,
      maxUnhealthyInstancePercent: 100,
      maxUnhealthyUpgradedInstancePercent: 100,
      pauseBetweenBatchesSeconds: 0,
      enableCrossZoneUpgrade: false,
      prioritizeUnhealthyInstances: false,
      maxSurge: false,
    },
    machine: {
      ...readLinux(inputs),
      ...readApplications(applicationProfile),
      ...readTerminateNotice(scheduledEventsProfile),
      interfaces: interfaces.flatMap((nic) => readInterface((store.get(nic)?.inputs ?? {}) as InterfaceInputs)),
      extensions: [
        ...partsOf(EXTENSION).map((part) => readExtension({ ...part.inputs, name: part.name } as ExtensionInputs)),
        ...partsOf(RUN_COMMAND).map((part) => readRunCommandExtension(part.name, part.inputs as RunCommandInputs)),
      ],
    },
  };
}
