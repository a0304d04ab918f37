import type { Finding } from "../finding";
import { checkProcessor } from "../machine-size";

const NUMBERS = /^standard_[a-z]+(\d+)(?:-(\d+))?/i;

/** Processors of a size, by its name: 4 of Standard_D4ds_v5, and 2 of Standard_E4-2ds_v5. */
export function processors(size: string): number | undefined {
  const [, whole, active = whole] = NUMBERS.exec(size) ?? [];
  return active === undefined ? undefined : Number(active);
}

/** What a size with fewer processors switched on has besides is that of the whole one. */
function wholeProcessors(size: string): number {
  return Number(NUMBERS.exec(size)![1]);
}

const BURSTABLE = /^standard_b\d/i;
/** A "d" among the letters behind the number says local disk (azure-compute-docs, vm-naming-conventions.md). */
const FROM_V4 = /^standard_[a-z]+\d+(?:-\d+)?([a-z]*)_v(?:[4-9]|\d\d)$/i;
/** GiB of local disk per processor in the series Dd and Ed, versions 4 and 5 (pages of these series). */
const LOCAL_GIB_PER_PROCESSOR = 37.5;
const KNOWN_LOCAL_DISK = /^standard_[de]\d+(?:-\d+)?[a-z]*d[a-z]*_v[45]$/i;

/** What AKS asks of the machines of a system pool (azure-aks-docs, use-system-pools.md). */
export function checkSystemSize(size: string, path: string): Finding[] {
  const small = (processors(size) ?? 4) < 4;
  if (!small && !BURSTABLE.test(size)) return checkProcessor(size, path);
  return [
    {
      rule: "system-pool-size",
      path,
      seen: JSON.stringify(size),
      allowed: "a size of at least 4 processors, not of the burstable series B",
      fix: "Take Standard_D4ds_v5.",
    },
  ];
}

/** An ephemeral system disk lies on the machine's local one, which has to be there and large enough. */
export function checkOsDisk(
  { size, osDiskType, osDiskSizeGb }: { size: string; osDiskType: string; osDiskSizeGb: number },
  prefix: string,
): Finding[] {
  if (osDiskType !== "Ephemeral") return [];
  const [, letters] = FROM_V4.exec(size) ?? [];
  const local = KNOWN_LOCAL_DISK.test(size) ? wholeProcessors(size) * LOCAL_GIB_PER_PROCESSOR : undefined;
  const none = letters !== undefined && !/d/i.test(letters);
  if (!none && (local === undefined || osDiskSizeGb <= local)) return [];
  return [
    {
      rule: "ephemeral-disk-size",
      path: `${prefix}osDiskType`,
      seen: none
        ? `"Ephemeral", and ${size} has no local disk`
        : `"Ephemeral" of ${osDiskSizeGb} GB, and ${size} has ${local} GB`,
      allowed: 'a local disk of at least osDiskSizeGb, or "Managed"',
      fix: `Take a size such as Standard_D4ds_v5, or set ${prefix}osDiskType to "Managed".`,
    },
  ];
}

/** Whether a size is known to have a local disk that is large enough for Linux. */
export function hasLocalDisk(size: string): boolean {
  return KNOWN_LOCAL_DISK.test(size);
}
