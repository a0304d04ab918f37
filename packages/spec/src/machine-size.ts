import type { Finding } from "./finding";

/** Families of sizes without Trusted Launch (azure-compute-docs, trusted-launch.md): their names, and what to take instead. */
const WITHOUT_TRUSTED_LAUNCH: readonly { family: string; sizes: RegExp; instead: string }[] = [
  { family: "A", sizes: /^(basic|standard)_a\d/i, instead: "Standard_D2s_v5" },
  { family: "Dv2", sizes: /^standard_d\d+(-\d+)?_v2/i, instead: "Standard_DS2_v2 or Standard_D2s_v5" },
  { family: "Dv3", sizes: /^standard_d\d+(-\d+)?_v3/i, instead: "Standard_D2s_v3 or Standard_D2s_v5" },
  { family: "DC", sizes: /^standard_dc/i, instead: "Standard_D2s_v5" },
  { family: "EC", sizes: /^standard_ec\d/i, instead: "Standard_E2s_v5" },
  { family: "M", sizes: /^standard_m\d/i, instead: "Standard_E2s_v5" },
  { family: "NP", sizes: /^standard_np\d/i, instead: "Standard_NC4as_T4_v3" },
];
const FAMILIES = WITHOUT_TRUSTED_LAUNCH.map(({ family }) => family).join(", ");

/** A "p" behind the number of processors says ARM (azure-compute-docs, vm-naming-conventions.md): Standard_D2ps_v5. */
const ARM64_SIZES = /^standard_[a-z]+\d+(-\d+)?p/i;

/** Windows, the agent and the service are built for AMD and Intel. */
export function checkProcessor(size: string, path: string): Finding[] {
  if (!ARM64_SIZES.test(size)) return [];
  return [
    {
      rule: "arm64-size",
      path,
      seen: `${JSON.stringify(size)}, with ARM processors`,
      allowed: "a size with processors of AMD or Intel, which Windows Server, the agent and the service are built for",
      fix: "Take Standard_D2s_v5.",
    },
  ];
}

/** What a machine can't be: they are created with Trusted Launch (secure boot and vTPM), which not every size has. */
export function checkSize(size: string, path: string): Finding[] {
  const refused = WITHOUT_TRUSTED_LAUNCH.filter(({ sizes }) => sizes.test(size)).map(({ family, instead }) => ({
    rule: "trusted-launch-size",
    path,
    seen: `${JSON.stringify(size)}, of the family ${family}`,
    allowed: `a size with Trusted Launch: not of the families ${FAMILIES}`,
    fix: `Take ${instead}.`,
  }));
  return [...refused, ...checkProcessor(size, path)];
}

/** What a size has to have besides, by what is asked of its machines. */
export interface SizeUse {
  size: string;
  osDiskType: string;
  dataDisks: readonly { type: string }[];
  acceleratedNetworking: boolean;
}

/** An "s" among the letters behind the number says Premium disks (same page); the oldest families have it before: DS2. */
const PREMIUM_SIZES = /^standard_([a-z]+\d+(-\d+)?[a-z]*s|(ds|gs)\d)/i;
/** Sizes of one processor, and all but the three largest of the first burstable series (sizes-b-series-burstable.md). */
const WITHOUT_ACCELERATED_NETWORKING = /^standard_(ds?1(_v2)?|f1s?|b(?!(12|16|20)ms)\d+(ls|s|ms))$/i;

/** Series that take two data disks per processor, and at most 32 (azure-compute-docs, pages of these series). */
const TWO_DISKS_PER_PROCESSOR = /^standard_(?:[de](\d+)(?:-\d+)?[a-z]*_v[345]|f(\d+)s_v2)$/i;

/** The most data disks of a size; unknown of other series. */
function mostDataDisks(size: string): number | undefined {
  const [, general, compute] = TWO_DISKS_PER_PROCESSOR.exec(size) ?? [];
  const processors = general ?? compute;
  return processors === undefined ? undefined : Math.min(32, 2 * Number(processors));
}

/** Azure refuses what a size lacks at the creation of the first machine, after everything else is there. */
export function checkSizeUse(
  { size, osDiskType, dataDisks, acceleratedNetworking }: SizeUse,
  prefix: string,
): Finding[] {
  // One reason is enough: nobody should look for disks that fit a size that can't be.
  if (checkSize(size, "").length > 0) return [];
  const findings: Finding[] = [];
  const premium = [osDiskType, ...dataDisks.map(({ type }) => type)].find((type) => type.startsWith("Premium"));
  if (premium && !PREMIUM_SIZES.test(size)) {
    findings.push({
      rule: "premium-disk-size",
      path: `${prefix}size`,
      seen: `${JSON.stringify(size)}, with disks of type ${premium}`,
      allowed: 'a size with Premium disks, which has an "s" behind its number (Standard_D2s_v5)',
      fix: `Take such a size, or StandardSSD disks (${prefix}osDiskType and the type of data disks).`,
    });
  }
  const most = mostDataDisks(size);
  if (most !== undefined && dataDisks.length > most) {
    findings.push({
      rule: "data-disk-count",
      path: `${prefix}dataDisks`,
      seen: `${dataDisks.length} of them with ${JSON.stringify(size)}`,
      allowed: `at most ${most} with this size`,
      fix: `Take a larger ${prefix}size, or fewer and larger disks.`,
    });
  }
  if (acceleratedNetworking && WITHOUT_ACCELERATED_NETWORKING.test(size)) {
    findings.push({
      rule: "accelerated-networking-size",
      path: `${prefix}acceleratedNetworking`,
      seen: `true with ${JSON.stringify(size)}`,
      allowed: `false with this size, whose machines go by the host's virtual switch`,
      fix: `Set ${prefix}acceleratedNetworking to false, or take another size, such as Standard_D2s_v5 or Standard_B2s_v2.`,
    });
  }
  return findings;
}
