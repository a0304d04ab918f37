import * as compute from "@pulumi/azure-native/compute";
import type { compute as inputs } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { DataDiskSpec, MachineSpec } from "@windows-ha/spec";
import type { PlacementArgs } from "../common/placement";

/** Disks of a scale set's machine: made and deleted with it. */
export function disposableDisks({ dataDisks }: MachineSpec): {
  dataDisks?: inputs.VirtualMachineScaleSetDataDiskArgs[];
} {
  if (dataDisks.length === 0) return {};
  return {
    dataDisks: dataDisks.map(({ lun, sizeGb, type, caching }) => ({
      lun,
      createOption: "Empty",
      caching: caching as inputs.VirtualMachineScaleSetDataDiskArgs["caching"] & string,
      diskSizeGB: sizeGb,
      deleteOption: "Delete",
      managedDisk: { storageAccountType: type },
    })),
  };
}

/**
 * A disk of a single machine, as a resource of its own: a machine that is replaced gives it back, and the next one of
 * the same number takes it. Nobody reads or writes it by export.
 *
 * @param zone of the machine; none in an availability set
 * @returns how the machine holds it
 */
export function createDataDisk(
  machine: string,
  placement: PlacementArgs,
  { lun, sizeGb, type, caching, protect = true }: DataDiskSpec,
  zone: string | undefined,
  parent: pulumi.Resource,
): inputs.DataDiskArgs {
  const disk = new compute.Disk(
    `${machine}-disk-${lun}`,
    {
      ...placement,
      // Copies over all zones have none of their own.
      ...(zone === undefined || type.endsWith("_ZRS") ? {} : { zones: [zone] }),
      sku: { name: type },
      creationData: { createOption: "Empty" },
      diskSizeGB: sizeGb,
      networkAccessPolicy: "DenyAll",
      publicNetworkAccess: "Disabled",
    },
    {
      parent,
      protect,
      // Azure refuses the change although the preview would call it an update: the disk is for a machine elsewhere then.
      replaceOnChanges: ["zones"],
    },
  );
  return {
    lun,
    createOption: "Attach",
    caching: caching as inputs.DataDiskArgs["caching"] & string,
    deleteOption: "Detach",
    managedDisk: { id: disk.id },
  };
}
