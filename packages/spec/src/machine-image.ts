import type { Finding } from "./finding";

/** An image of the marketplace. */
export interface ImageSpec {
  publisher: string;
  offer: string;
  sku: string;
  version: string;
}

/** What decides whether an image fits: who patches the machines, and how. */
export interface ImageUse {
  image: ImageSpec;
  patching: string;
  hotpatch: boolean;
  osDiskSizeGb?: number;
}

/** Azure patches the machines one zone after the other; or nobody does, and a maintenance process of your own has to. */
export const PATCH_MODES = ["AutomaticByPlatform", "Manual"] as const;

/**
 * Generation 2 images that Azure patches by itself, of the publisher and offer below
 * (azure-compute-docs, articles/virtual-machines/automatic-vm-guest-patching.md, 0ba239a8). Generation 1 images on that
 * list are left out: Trusted Launch refuses them.
 */
const PATCHED_SKUS = [
  "2016-datacenter-gensecond",
  "2019-datacenter-gensecond",
  "2019-datacenter-smalldisk-g2",
  "2022-datacenter-g2",
  "2022-datacenter-smalldisk-g2",
  "2022-datacenter-core-g2",
  "2022-datacenter-azure-edition",
  "2022-datacenter-azure-edition-smalldisk",
];

/** Images that take security updates without a restart (same page), which Azure patches by itself, too. */
const HOTPATCH_SKUS = [
  "2022-datacenter-azure-edition-core",
  "2022-datacenter-azure-edition-core-smalldisk",
  "2022-datacenter-azure-edition-hotpatch",
  "2022-datacenter-azure-edition-hotpatch-smalldisk",
  "2025-datacenter-azure-edition",
  "2025-datacenter-azure-edition-smalldisk",
  "2025-datacenter-azure-edition-core",
  "2025-datacenter-azure-edition-core-smalldisk",
];

/** Every image of generation 2 says so in its name, or is an Azure Edition, which has no other. */
const GENERATION_2 = /-g2$|gensecond|azure-edition/;

/** Size of the disk in Microsoft's images, in GB. */
const IMAGE_DISK_GB = 127;
const SMALL_IMAGE_DISK_GB = 30;

function isWindowsServer({ publisher, offer }: ImageSpec): boolean {
  return publisher.toLowerCase() === "microsoftwindowsserver" && offer.toLowerCase() === "windowsserver";
}

/** Whether the image is one of Windows Server's with one of these SKUs. Azure compares without case. */
function isOneOf(image: ImageSpec, skus: readonly string[]): boolean {
  return isWindowsServer(image) && skus.includes(image.sku.toLowerCase());
}

/** What Azure would refuse about the image, or leave unpatched without a word. */
export function checkImage({ image, patching, hotpatch, osDiskSizeGb }: ImageUse, prefix: string): Finding[] {
  const seen = `${image.publisher} / ${image.offer} / ${image.sku}`;
  const findings: Finding[] = [];
  const hasHotpatch = isOneOf(image, HOTPATCH_SKUS);
  if (patching === "AutomaticByPlatform" && !hasHotpatch && !isOneOf(image, PATCHED_SKUS)) {
    findings.push({
      rule: "patch-image",
      path: `${prefix}image`,
      seen,
      allowed: `MicrosoftWindowsServer / WindowsServer / one of: ${[...PATCHED_SKUS, ...HOTPATCH_SKUS].join(", ")}`,
      fix: `Choose one of these, which Azure patches; or set ${prefix}patching to "Manual" and patch the machines yourself.`,
    });
  }
  if (isWindowsServer(image) && !GENERATION_2.test(image.sku.toLowerCase())) {
    findings.push({
      rule: "image-generation",
      path: `${prefix}image.sku`,
      seen: `${JSON.stringify(image.sku)}, of generation 1`,
      allowed: "an image of generation 2, which Trusted Launch needs: gensecond, -g2 or azure-edition in its name",
      fix: "Take 2022-datacenter-azure-edition, or the -g2 of this one.",
    });
  }
  if (hotpatch && !hasHotpatch) {
    findings.push({
      rule: "hotpatch-image",
      path: `${prefix}hotpatch`,
      seen: `true, with the image ${seen}`,
      allowed: `true with MicrosoftWindowsServer / WindowsServer / one of: ${HOTPATCH_SKUS.join(", ")}`,
      fix: `Choose such an image, or leave ${prefix}hotpatch out.`,
    });
  }
  if (hasHotpatch && (!hotpatch || patching !== "AutomaticByPlatform")) {
    findings.push({
      rule: "hotpatch-forced",
      path: `${prefix}${hotpatch ? "patching" : "hotpatch"}`,
      seen: `${hotpatch ? JSON.stringify(patching) : "false"}, with the image ${seen}`,
      allowed: `hotpatch true and patching "AutomaticByPlatform": Azure refuses such an image without them`,
      fix: `Leave ${prefix}hotpatch and ${prefix}patching out, or take 2022-datacenter-azure-edition.`,
    });
  }
  const least = image.sku.toLowerCase().includes("smalldisk") ? SMALL_IMAGE_DISK_GB : IMAGE_DISK_GB;
  if (osDiskSizeGb !== undefined && osDiskSizeGb < least) {
    findings.push({
      rule: "os-disk-size",
      path: `${prefix}osDiskSizeGb`,
      seen: `${osDiskSizeGb}`,
      allowed: `at least ${least}, the size of the image ${image.sku}`,
      fix: `Raise ${prefix}osDiskSizeGb, or choose a smalldisk image (${SMALL_IMAGE_DISK_GB} GB).`,
    });
  }
  return findings;
}

/** Whether hotpatching is on when nothing is said: where the image has it. */
export function defaultHotpatch(image: ImageSpec): boolean {
  return isOneOf(image, HOTPATCH_SKUS);
}
