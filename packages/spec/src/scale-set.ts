import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { ObjectField } from "./shape";

export interface ImageSpec {
  publisher: string;
  offer: string;
  sku: string;
  version: string;
}

/** The machines of a cluster: equal Windows instances spread over zones. */
export interface MachinesSpec {
  count: number;
  minimumActive: number;
  zones: string[];
  size: string;
  image: ImageSpec;
  computerNamePrefix?: string;
  adminUsername: string;
  osDiskType: string;
  encryptionAtHost: boolean;
}

const name = { kind: "string", minLength: 1, maxLength: 80 } as const;

export const MACHINES_FIELD: ObjectField = {
  kind: "object",
  fields: {
    count: {
      kind: "integer",
      minimum: 2,
      maximum: 1000,
      default: DEFAULTS.machines.count,
      fix: "Give at least 2 machines: with one, every update and every fault is an outage.",
    },
    minimumActive: { kind: "integer", minimum: 1, maximum: 999 },
    zones: {
      kind: "list",
      minItems: 1,
      maxItems: 3,
      unique: true,
      of: { kind: "string", oneOf: DEFAULTS.machines.zones },
      default: DEFAULTS.machines.zones,
    },
    size: {
      kind: "string",
      pattern: /^[A-Za-z]+_[A-Za-z0-9_-]+$/,
      default: DEFAULTS.machines.size,
      allowed: 'an Azure VM size such as "Standard_D2s_v5"',
    },
    image: {
      kind: "object",
      default: DEFAULTS.machines.image,
      fields: {
        publisher: { ...name, required: true },
        offer: { ...name, required: true },
        sku: { ...name, required: true },
        version: { ...name, required: true },
      },
    },
    computerNamePrefix: {
      kind: "string",
      pattern: /^(?!\d+$)[A-Za-z0-9][A-Za-z0-9-]{0,8}$/,
      allowed: "1 to 9 letters, digits and hyphens, not only digits (Windows names have 15; Azure adds 6)",
    },
    adminUsername: {
      kind: "string",
      pattern: /^[^\\/"[\]:|<>+=;,?*@&\s]{1,20}(?<!\.)$/,
      default: DEFAULTS.machines.adminUsername,
      allowed: "1 to 20 characters, no spaces, no trailing dot, not a name that Azure refuses (such as administrator)",
    },
    adminPassword: {
      kind: "string",
      input: true,
      confidential: true,
      minLength: 12,
      maxLength: 123,
      allowed: "12 to 123 characters with three of: lower case, upper case, digit, special character",
    },
    osDiskType: {
      kind: "string",
      oneOf: ["Premium_LRS", "Premium_ZRS", "StandardSSD_LRS", "StandardSSD_ZRS"],
      default: DEFAULTS.machines.osDiskType,
    },
    encryptionAtHost: { kind: "boolean", default: true },
  },
};

/** User names that Azure refuses for an administrator. */
const REFUSED_USERNAMES = new Set(
  (
    "1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john owner root server sql " +
    "support support_388945a0 sys test test1 test2 test3 user user1 user2 user3 user4 user5"
  ).split(" "),
);

export function checkMachines(machines: MachinesSpec, prefix: string): Finding[] {
  const findings: Finding[] = [];
  const batch = upgradeBatch(machines.count);
  if (machines.minimumActive > machines.count - batch) {
    findings.push({
      rule: "minimum-active",
      path: `${prefix}minimumActive`,
      seen: `${machines.minimumActive} of ${machines.count} machines`,
      allowed: `at most ${machines.count - batch}: a rolling upgrade takes ${batch} of ${machines.count} out at a time`,
      fix: `Raise ${prefix}count, or lower ${prefix}minimumActive.`,
    });
  }
  if (REFUSED_USERNAMES.has(machines.adminUsername.toLowerCase())) {
    findings.push({
      rule: "admin-username",
      path: `${prefix}adminUsername`,
      seen: JSON.stringify(machines.adminUsername),
      allowed: "a name that Azure doesn't refuse",
      fix: `Leave it out (${DEFAULTS.machines.adminUsername}) or choose another.`,
    });
  }
  return findings;
}

/** What is wrong with a password that is known: Azure wants three of four kinds of characters. */
export function checkPassword(password: unknown, path: string): Finding[] {
  if (typeof password !== "string") return [];
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/].filter((kind) => kind.test(password)).length;
  if (kinds >= 3) return [];
  return [
    {
      rule: "password-complexity",
      path,
      allowed: "three of: lower case, upper case, digit, special character",
      fix: "Leave it out: a random one is made and kept as a secret.",
    },
  ];
}

/** Machines that keep serving during a replacement when nothing is said: two, or all but one of a pair (S3-06). */
export function defaultMinimumActive(count: number): number {
  return Math.min(DEFAULTS.machines.minimumActive, count - 1);
}

/** A computer-name prefix made from a service's name: the characters that Windows takes, at most 9, not only digits. */
export function computerNamePrefix(serviceName: string): string {
  const plain = serviceName
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "")
    .replace(/^-+/, "")
    .slice(0, 9);
  return /^\d*$/.test(plain) ? `m${plain}`.slice(0, 9) : plain;
}

/** The limits of a rolling upgrade, in Azure's words. */
export interface RollingUpgradeSpec {
  batchPercent: number;
  unhealthyPercent: number;
  unhealthyUpgradedPercent: number;
  pauseSeconds: number;
}

/** Azure's least percentage of a batch and of the unhealthy machines. */
const LEAST_PERCENT = 5;

/** Machines that a rolling upgrade takes out at a time: one, or 5 % (Azure's least) of forty and more. */
function upgradeBatch(count: number): number {
  return Math.max(1, Math.floor((count * LEAST_PERCENT) / 100));
}

/**
 * Limits that fit the number of machines. Azure's fixed 20 % can't: one machine of three is 33 %, so the upgrade would
 * stop at its own first machine.
 *
 * - Unhealthy at once may be the batch, and a fifth of the machines beside it, but never so many that fewer than
 *   `minimumActive` serve. So a percentage is rounded up only where it stands for the batch alone.
 * - An upgraded machine that stays unhealthy stops the upgrade when it is the first one, and stays below the limit when
 *   all others are well.
 */
export function rollingUpgrade(machines: Pick<MachinesSpec, "count" | "minimumActive">): RollingUpgradeSpec {
  const { count, minimumActive } = machines;
  const batch = upgradeBatch(count);
  const unhealthy = Math.min(count - minimumActive, batch + Math.floor(count / 5));
  const unhealthyPercent = Math.max(
    LEAST_PERCENT,
    Math.ceil((100 * batch) / count),
    Math.floor((100 * unhealthy) / count),
  );
  return {
    batchPercent: Math.max(LEAST_PERCENT, Math.floor(100 / count)),
    unhealthyPercent,
    unhealthyUpgradedPercent: unhealthyPercent,
    pauseSeconds: DEFAULTS.rollingUpgrade.pauseSeconds,
  };
}

/**
 * Minutes after a state change in which automatic repairs leave a machine alone: the boot and the longest good install,
 * else a repair would start in the middle of an install and go on for ever. Azure takes 10 to 90.
 */
export function repairGraceMinutes(installSeconds: number): number {
  const minutes = Math.ceil((DEFAULTS.repairs.bootSeconds + installSeconds) / 60);
  return Math.min(90, Math.max(10, minutes));
}
