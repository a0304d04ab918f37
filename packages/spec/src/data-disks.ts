import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { ListField } from "./shape";

/** A disk beside the system's. */
export interface DataDiskSpec {
  lun: number;
  sizeGb: number;
  type: string;
  caching: string;
  protect?: boolean;
}

/** Disks that outlive a lost zone have no zone of their own. */
export const DISK_TYPES = ["Premium_LRS", "Premium_ZRS", "StandardSSD_LRS", "StandardSSD_ZRS"] as const;

/** Azure's largest size with that many disks; most sizes take far fewer, such as four with two processors. */
const MOST_DISKS = 64;
/** Azure's largest disk of these types. */
const LARGEST_DISK_GB = 32_767;
/** Azure caches no disk of 4 TiB and more. */
const LARGEST_CACHED_DISK_GB = 4095;

export const DATA_DISKS_FIELD: ListField = {
  kind: "list",
  default: [],
  maxItems: MOST_DISKS,
  of: {
    kind: "object",
    fields: {
      lun: { kind: "integer", required: true, minimum: 0, maximum: MOST_DISKS - 1 },
      sizeGb: { kind: "integer", required: true, minimum: 1, maximum: LARGEST_DISK_GB },
      type: { kind: "string", oneOf: DISK_TYPES, default: DEFAULTS.machines.dataDiskType },
      caching: {
        kind: "string",
        oneOf: ["None", "ReadOnly", "ReadWrite"],
        default: DEFAULTS.machines.dataDiskCaching,
      },
      protect: { kind: "boolean" },
    },
  },
};

export function checkDataDisks(disks: readonly DataDiskSpec[], path: string): Finding[] {
  const luns = disks.map(({ lun }) => lun);
  return disks.flatMap((disk, index) => [
    ...checkLun(luns, index, `${path}[${index}].lun`),
    ...checkCaching(disk, `${path}[${index}].caching`),
  ]);
}

function checkLun(luns: readonly number[], index: number, path: string): Finding[] {
  if (luns.indexOf(luns[index]!) === index) return [];
  return [
    {
      rule: "unique",
      path,
      seen: `${luns[index]}`,
      allowed: "a number that no other disk of the machine has",
      fix: `Take ${nextFree(luns)}.`,
    },
  ];
}

function nextFree(luns: readonly number[]): number {
  return Array.from({ length: MOST_DISKS + 1 }, (_, lun) => lun).find((lun) => !luns.includes(lun))!;
}

function checkCaching({ sizeGb, caching }: DataDiskSpec, path: string): Finding[] {
  if (sizeGb <= LARGEST_CACHED_DISK_GB || caching === "None") return [];
  return [
    {
      rule: "disk-caching",
      path,
      seen: `${JSON.stringify(caching)} on a disk of ${sizeGb} GB`,
      allowed: `"None" on a disk of more than ${LARGEST_CACHED_DISK_GB} GB, which Azure doesn't cache`,
      fix: 'Set it to "None".',
    },
  ];
}

/** A scale set's disks come and go with its machines. */
export function checkDisposableDisks(disks: readonly DataDiskSpec[], path: string): Finding[] {
  return disks.flatMap(({ protect }, index): Finding[] =>
    protect
      ? [
          {
            rule: "disposable-disk",
            path: `${path}[${index}].protect`,
            seen: "true",
            allowed: "nothing or false in a scale set: Azure deletes a machine's disks together with the machine",
            fix: 'Leave it out and keep nothing there that has to stay, or take single machines (compute "machines").',
          },
        ]
      : [],
  );
}
