import { sameId } from "../arm-id";
import { AzureError } from "../azure-error";
import { missingReference, usersOf } from "../references";
import type { InputRule, Placement } from "../resource-type";
import { single } from "../rule-helpers";

/** A machine's disks beside the system's. */
export interface DataDisk {
  lun?: number;
  createOption?: string;
  diskSizeGB?: number;
  caching?: string;
  /** @default "Detach" */
  deleteOption?: string;
  managedDisk?: { id?: string };
}

interface WithDisks {
  zones?: string[];
  storageProfile?: { dataDisks?: DataDisk[] };
}

const INVALID = "InvalidParameter";

/** What must hold of disks that a machine, or a scale set's model, declares at a path. */
export function dataDiskRules<Inputs>(
  path: string,
  disksIn: (inputs: Inputs) => readonly DataDisk[] | undefined,
): InputRule<Inputs>[] {
  const find = (
    properties: readonly string[],
    problem: (disk: DataDisk, index: number, all: readonly DataDisk[]) => string | false | undefined,
  ): InputRule<Inputs> =>
    single<Inputs>(
      properties.map((property) => `${path}[].${property}`),
      path,
      INVALID,
      (inputs) => (disksIn(inputs) ?? []).map(problem).find((found) => found),
    );
  return [
    find(
      ["lun"],
      ({ lun }, index, all) =>
        all.findIndex((other) => other.lun === lun) !== index && `A disk is already attached at the LUN ${lun}.`,
    ),
    find(
      ["createOption", "managedDisk"],
      ({ lun, createOption, managedDisk }) =>
        createOption === "Attach" &&
        !managedDisk?.id &&
        `The disk at LUN ${lun} is to be attached and has no managedDisk.id.`,
    ),
    find(
      ["createOption", "diskSizeGB"],
      ({ lun, createOption, diskSizeGB }) =>
        createOption === "Empty" &&
        diskSizeGB === undefined &&
        `The disk at LUN ${lun} is to be created empty and has no diskSizeGB.`,
    ),
  ];
}

/** A disk has to be there, free, and in the machine's zone. */
export function refuseDisks({ id, inputs, store }: Placement): AzureError | undefined {
  const { zones = [] } = inputs as WithDisks;
  const attached = disksOf(inputs as WithDisks).flatMap(({ managedDisk }) => managedDisk?.id ?? []);
  const missing = missingReference(store, id, attached);
  if (missing) return missing;
  for (const diskId of attached) {
    const owner = usersOf(store, diskId).find((user) => !sameId(user.id, id));
    if (owner) {
      return new AzureError(
        "ConflictingUserInput",
        `Disk '${diskId}' cannot be attached as the disk is already owned by VM '${owner.id}'.`,
      );
    }
    const disk = store.get(diskId)!.inputs as { zones?: string[]; sku?: { name?: string } };
    const isZonal = !disk.sku?.name?.endsWith("_ZRS");
    if (isZonal && (disk.zones ?? []).join() !== zones.join()) {
      return new AzureError(
        "BadRequest",
        `Disk ${diskId} cannot be attached to the VM because it is not in the same zone as the VM: ${zoneText(disk.zones)} and ${zoneText(zones)}.`,
      );
    }
  }
  return undefined;
}

function disksOf({ storageProfile }: WithDisks): DataDisk[] {
  return storageProfile?.dataDisks ?? [];
}

function zoneText(zones: readonly string[] = []): string {
  return zones.length === 0 ? "no zone" : `zone ${zones.join()}`;
}
