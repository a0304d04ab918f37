import type { Finding } from "../finding";
import type { Field } from "../shape";
import { minorVersion } from "./kubernetes-version";

/** A Windows that nodes run, and what its containers have to be built for. */
export interface WindowsOs {
  /** AKS' name of the pool's system. */
  osSku: string;
  /** Tag of the base image: process isolation needs the node's own release. */
  version: string;
  /** What nodes say of themselves in `node.kubernetes.io/windows-build`. */
  build: string;
  /** First and last minor version of Kubernetes, `1.` left out (azure-aks-docs, upgrade-windows-os.md). */
  firstMinor: number;
  lastMinor: number;
  fips: boolean;
  generation2: boolean;
}

/** What AKS has; Windows2019 and WindowsAnnual ended in March and May 2026 (E17). */
export const WINDOWS_OS: readonly WindowsOs[] = [
  {
    osSku: "Windows2022",
    version: "ltsc2022",
    build: "10.0.20348",
    firstMinor: 23,
    lastMinor: 36,
    fips: false,
    generation2: false,
  },
  {
    osSku: "Windows2025",
    version: "ltsc2025",
    build: "10.0.26100",
    firstMinor: 32,
    lastMinor: Infinity,
    fips: true,
    generation2: true,
  },
];

export const WINDOWS_VERSIONS = WINDOWS_OS.map(({ version }) => version);

export const OS_SKU_FIELD: Field = {
  kind: "string",
  oneOf: WINDOWS_OS.map(({ osSku }) => osSku),
  fix: "Take Windows2022, or Windows2025 on Kubernetes 1.32 or later: AKS ended Windows2019 on 1 March 2026 and WindowsAnnual on 15 May 2026.",
};

export const WINDOWS_VERSION_FIELD: Field = {
  kind: "string",
  oneOf: WINDOWS_VERSIONS,
  fix: "Build the image for the Windows of the pool: ltsc2022 for Windows2022, ltsc2025 for Windows2025.",
};

export function osOfSku(osSku: string): WindowsOs {
  return WINDOWS_OS.find((os) => os.osSku === osSku)!;
}

export function osOfVersion(version: string): WindowsOs {
  return WINDOWS_OS.find((os) => os.version === version)!;
}

/** Sizes whose machines start from images of generation 2 alone: confidential ones, and the sixth version and later. */
const GENERATION_2_ONLY = /^standard_((dc|ec)\d|[a-z]+\d.*_v([6-9]|\d\d)$)/i;
/** Sizes that know generation 1 alone (azure-compute-docs, generation-2.md). */
const GENERATION_1_ONLY = /^(basic_|standard_(a\d|d\d+(-\d+)?(_v[23])?$))/i;

/** Whether the pool's Windows runs on its version of Kubernetes and its size of machines. */
export function checkWindowsOs(
  pool: { osSku: string; fips: boolean; size: string; kubernetesVersion?: string },
  prefix: string,
): Finding[] {
  const os = osOfSku(pool.osSku);
  const findings: Finding[] = [];
  const minor = minorVersion(pool.kubernetesVersion);
  if (minor !== undefined && (minor < os.firstMinor || minor > os.lastMinor)) {
    const range = os.lastMinor === Infinity ? `1.${os.firstMinor} or later` : `1.${os.firstMinor} to 1.${os.lastMinor}`;
    findings.push({
      rule: "os-sku-version",
      path: `${prefix}osSku`,
      seen: `${JSON.stringify(pool.osSku)}, on Kubernetes ${pool.kubernetesVersion}`,
      allowed: `${pool.osSku} on Kubernetes ${range}`,
      fix: `Take ${WINDOWS_OS.find(({ osSku }) => osSku !== pool.osSku)!.osSku}, in a new pool: a pool keeps its Windows for good.`,
    });
  }
  if (os.fips && !pool.fips) {
    findings.push({
      rule: "os-sku-fips",
      path: `${prefix}fips`,
      seen: "false",
      allowed: `true with ${pool.osSku}, which AKS has with FIPS only`,
      fix: `Leave ${prefix}fips out.`,
    });
  }
  const wrong = os.generation2 ? GENERATION_1_ONLY : GENERATION_2_ONLY;
  if (wrong.test(pool.size)) {
    findings.push({
      rule: "os-sku-generation",
      path: `${prefix}size`,
      seen: JSON.stringify(pool.size),
      allowed: `a size for images of generation ${os.generation2 ? 2 : 1}, which ${pool.osSku} comes as`,
      fix: `Take Standard_D4ds_v5${os.generation2 ? "" : ", or Windows2025"}.`,
    });
  }
  return findings;
}
