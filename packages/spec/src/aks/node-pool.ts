import { DEFAULTS } from "../defaults";
import type { Finding } from "../finding";
import type { Fields } from "../shape";
import { ZONES_FIELD } from "./aks-cluster";
import { KUBERNETES_VERSION_FIELD } from "./kubernetes-version";
import { checkOsDisk } from "./node-size";
import { surgeNodes } from "./node-surge";
import { checkWindowsOs, OS_SKU_FIELD, osOfSku } from "./windows-os";
import { checkProcessor } from "../machine-size";

/** Nodes with Windows. */
export interface WindowsNodePoolSpec {
  /** Left out: a name that the settings decide which AKS never changes. */
  poolName: string;
  osSku: string;
  kubernetesVersion?: string;
  /** Left out: whether the Windows is one that AKS has with FIPS only. */
  fips: boolean;
  size: string;
  count: number;
  autoscale?: { enabled: boolean; minimum: number; maximum: number };
  zones: string[];
  maxPods: number;
  osDiskSizeGb: number;
  osDiskType: string;
  tainted: boolean;
  labels: Record<string, string>;
  subnetId?: unknown;
  upgrade: { maxSurge: string; drainTimeoutMinutes: number; soakMinutes: number };
}

/** Keeps pods off that didn't say they are for Windows. */
export const WINDOWS_TAINT = { key: "os", value: "windows", effect: "NoSchedule" } as const;

const { windowsPool: defaults } = DEFAULTS.aks;
const nodes = { kind: "integer", minimum: 1, maximum: 1000 } as const;

const SYSTEM_POOLS = "System pools run Linux; the cluster brings its own one. Remove it.";

export const WINDOWS_POOL_REFUSED: Readonly<Record<string, string>> = {
  mode: SYSTEM_POOLS,
  osType: "A WindowsNodePool is of Windows. Remove it.",
  securityProfile: "AKS has no Trusted Launch for Windows nodes. Remove it.",
  artifactStreamingProfile: "AKS streams no images to Windows nodes. Remove it.",
  scaleSetPriority: "Spot nodes go within seconds, by zone: none are offered here. Remove it.",
};

export const WINDOWS_POOL_FIELDS: Fields = {
  poolName: {
    kind: "string",
    pattern: /^[a-z][a-z0-9]{0,5}$/,
    allowed:
      "1 to 6 lower-case letters and digits, a letter first: the rest of a Windows computer's 15 characters are Azure's",
  },
  osSku: { ...OS_SKU_FIELD, default: defaults.osSku },
  kubernetesVersion: KUBERNETES_VERSION_FIELD,
  fips: { kind: "boolean" },
  size: { kind: "string", minLength: 1, default: defaults.size },
  count: { ...nodes, default: defaults.count },
  autoscale: {
    kind: "object",
    optional: true,
    fields: {
      enabled: { kind: "boolean", default: true },
      minimum: nodes,
      maximum: { ...nodes, required: true },
    },
  },
  zones: ZONES_FIELD,
  maxPods: { kind: "integer", minimum: 10, maximum: 250, default: defaults.maxPods },
  osDiskSizeGb: { kind: "integer", minimum: 30, maximum: 2048, default: defaults.osDiskSizeGb },
  osDiskType: { kind: "string", oneOf: ["Ephemeral", "Managed"], default: defaults.osDiskType },
  tainted: { kind: "boolean", default: true },
  labels: {
    kind: "map",
    default: {},
    keyPattern: /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    of: {
      kind: "string",
      required: true,
      pattern: /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/,
      allowed: "at most 63 letters, digits, dots, underscores and hyphens",
    },
    allowed: "a map of label names to texts, both of at most 63 letters, digits, dots, underscores and hyphens",
  },
  upgrade: {
    kind: "object",
    fields: {
      maxSurge: {
        kind: "string",
        pattern: /^([1-9]\d{0,3}|[1-9]\d?%|100%)$/,
        default: defaults.upgrade.maxSurge,
        allowed:
          'nodes that an upgrade adds before it takes others away: a number such as "1", or a part such as "33%"',
      },
      drainTimeoutMinutes: {
        kind: "integer",
        minimum: 5,
        maximum: 1440,
        default: defaults.upgrade.drainTimeoutMinutes,
      },
      soakMinutes: { kind: "integer", minimum: 0, maximum: 30, default: defaults.upgrade.soakMinutes },
    },
  },
};

/** Fills in what follows from other values. */
export function completeWindowsPool(given: WindowsNodePoolSpec): WindowsNodePoolSpec {
  const { autoscale } = given;
  const pool = { ...given, fips: given.fips ?? osOfSku(given.osSku).fips };
  return {
    ...pool,
    poolName: pool.poolName ?? generatedName(pool),
    ...(autoscale && { autoscale: { ...autoscale, minimum: autoscale.minimum ?? pool.count } }),
  };
}

/** What AKS never changes about a pool. */
export function fixedSettings(pool: WindowsNodePoolSpec): unknown[] {
  const { osSku, fips, size, zones, maxPods, osDiskType, osDiskSizeGb } = pool;
  return [osSku, fips, size, [...zones].sort(), maxPods, osDiskType, osDiskSizeGb];
}

const DIGITS = 36 ** 3;

/** A successor with other fixed settings has another name, so that it is there before its predecessor goes. */
function generatedName(pool: WindowsNodePoolSpec): string {
  // FNV-1a: the name only has to differ from the one before.
  const hash = [...JSON.stringify(fixedSettings(pool))].reduce(
    (sum, character) => Math.imul(sum ^ character.charCodeAt(0), 0x01000193) >>> 0,
    0x811c9dc5,
  );
  return `${defaults.poolPrefix}${(hash % DIGITS).toString(36).padStart(3, "0")}`;
}

/** @param graceSeconds what a pod may take to stop, where it is known */
export function checkWindowsPool(pool: WindowsNodePoolSpec, prefix: string, graceSeconds = 0): Finding[] {
  return [
    ...checkWindowsOs(pool, prefix),
    ...checkProcessor(pool.size, `${prefix}size`),
    ...checkOsDisk(pool, prefix),
    ...checkAutoscale(pool, prefix),
    ...checkDrainTimeout(pool, prefix, graceSeconds),
    ...checkPods(pool, prefix),
  ];
}

function checkAutoscale({ autoscale, count }: WindowsNodePoolSpec, prefix: string): Finding[] {
  if (!autoscale?.enabled || (autoscale.minimum <= count && count <= autoscale.maximum)) return [];
  return [
    {
      rule: "pool-size",
      path: `${prefix}autoscale`,
      seen: `${autoscale.minimum} to ${autoscale.maximum}, with count ${count}`,
      allowed: "limits with count between them: the pool begins with it",
      fix: `Raise ${prefix}autoscale.maximum, or change ${prefix}count.`,
    },
  ];
}

function checkDrainTimeout({ upgrade }: WindowsNodePoolSpec, prefix: string, graceSeconds: number): Finding[] {
  if (upgrade.drainTimeoutMinutes * 60 > graceSeconds) return [];
  return [
    {
      rule: "drain-timeout",
      path: `${prefix}upgrade.drainTimeoutMinutes`,
      seen: String(upgrade.drainTimeoutMinutes),
      allowed: `more than the ${graceSeconds} s that a pod may take to stop: an upgrade fails when a node isn't empty by then`,
      fix: `Raise it to ${Math.ceil(graceSeconds / 60) + 5}.`,
    },
  ];
}

/** Azure's least for a pool; pods of a small one would find no place. */
const LEAST_PODS = 30;

function checkPods({ count, maxPods }: WindowsNodePoolSpec, prefix: string): Finding[] {
  if (count * maxPods >= LEAST_PODS) return [];
  return [
    {
      rule: "pool-pods",
      path: `${prefix}maxPods`,
      seen: `${maxPods} on ${count} nodes`,
      allowed: `room for ${LEAST_PODS} pods in the pool at least`,
      fix: `Raise ${prefix}maxPods to ${Math.ceil(LEAST_PODS / count)}, or ${prefix}count.`,
    },
  ];
}

/** The most nodes at once, those that an upgrade adds included. */
export function mostWindowsNodes({ count, autoscale, upgrade }: WindowsNodePoolSpec): number {
  const most = autoscale?.enabled ? autoscale.maximum : count;
  return most + surgeNodes(upgrade.maxSurge, most);
}
