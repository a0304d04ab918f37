import { AUTOSCALE_FIELD, checkAutoscale, type AutoscaleSpec } from "./autoscale";
import { checkDataDisks, DATA_DISKS_FIELD, DISK_TYPES, type DataDiskSpec } from "./data-disks";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { checkImage, PATCH_MODES, type ImageSpec } from "./machine-image";
import { checkSize, checkSizeUse } from "./machine-size";
import { checkUpgrade, UPGRADE_FIELD, type UpgradeSpec } from "./rolling-upgrade";
import type { Fields, ObjectField } from "./shape";
import { TERMINATE_NOTIFICATION_FIELD, type TerminateNotificationSpec } from "./terminate-notification";
import { CUSTOM_TIMEOUTS_FIELD, type CustomTimeoutsSpec } from "./timeouts";

/** What one machine is like, alone or in a scale set. */
export interface MachineSpec {
  zones: string[];
  size: string;
  image: ImageSpec;
  computerNamePrefix?: string;
  adminUsername: string;
  osDiskType: string;
  osDiskSizeGb?: number;
  dataDisks: DataDiskSpec[];
  encryptionAtHost: boolean;
  acceleratedNetworking: boolean;
  bootDiagnostics: boolean;
  patching: string;
  hotpatch: boolean;
  hybridBenefit: boolean;
  customTimeouts: CustomTimeoutsSpec;
}

/** How machines that stay unhealthy are replaced. */
export interface RepairsSpec {
  enabled: boolean;
  graceMinutes?: number;
  /** Who hears that repairs are suspended; ids may come from other resources. */
  actionGroupIds: unknown[];
}

/** The machines of a cluster: equal Windows instances spread over zones. */
export interface MachinesSpec extends MachineSpec {
  count: number;
  minimumActive: number;
  zoneRebalance: boolean;
  upgrade: UpgradeSpec;
  repairs: RepairsSpec;
  terminateNotification: TerminateNotificationSpec;
  autoscale?: AutoscaleSpec;
}

const name = { kind: "string", minLength: 1, maxLength: 80 } as const;

/** The grace of automatic repairs that Azure takes, in minutes. */
const LEAST_GRACE_MINUTES = 10;
const MOST_GRACE_MINUTES = 90;

const ACTION_GROUP_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Insights\/actionGroups\/[^/]+$/i;

/** Properties of a machine, alone or in a scale set. */
export const MACHINE_FIELDS: Fields = {
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
    oneOf: DISK_TYPES,
    default: DEFAULTS.machines.osDiskType,
  },
  osDiskSizeGb: { kind: "integer", minimum: 30, maximum: 4095 },
  dataDisks: DATA_DISKS_FIELD,
  encryptionAtHost: { kind: "boolean", default: true },
  acceleratedNetworking: { kind: "boolean", default: true },
  bootDiagnostics: { kind: "boolean", default: true },
  patching: { kind: "string", oneOf: PATCH_MODES, default: DEFAULTS.machines.patching },
  hotpatch: { kind: "boolean" },
  hybridBenefit: { kind: "boolean", default: false },
  customTimeouts: CUSTOM_TIMEOUTS_FIELD,
};

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
    ...MACHINE_FIELDS,
    zoneRebalance: { kind: "boolean" },
    upgrade: UPGRADE_FIELD,
    repairs: {
      kind: "object",
      fields: {
        enabled: { kind: "boolean", default: true },
        graceMinutes: { kind: "integer", minimum: LEAST_GRACE_MINUTES, maximum: MOST_GRACE_MINUTES },
        actionGroupIds: {
          kind: "list",
          default: [],
          unique: true,
          of: { kind: "string", input: true, pattern: ACTION_GROUP_ID, allowed: "the resource id of an action group" },
        },
      },
    },
    terminateNotification: TERMINATE_NOTIFICATION_FIELD,
    autoscale: AUTOSCALE_FIELD,
  },
};

/** User names that Azure refuses for an administrator. */
const REFUSED_USERNAMES = new Set(
  (
    "1 123 a actuser adm admin admin1 admin2 administrator aspnet backup console david guest john owner root server sql " +
    "support support_388945a0 sys test test1 test2 test3 user user1 user2 user3 user4 user5"
  ).split(" "),
);

/** What is wrong with a machine, alone or in a scale set. */
export function checkMachine(machine: MachineSpec, prefix: string): Finding[] {
  const findings = [
    ...checkImage(machine, prefix),
    ...checkSize(machine.size, `${prefix}size`),
    ...checkSizeUse(machine, prefix),
    ...checkDataDisks(machine.dataDisks, `${prefix}dataDisks`),
  ];
  if (REFUSED_USERNAMES.has(machine.adminUsername.toLowerCase())) {
    findings.push({
      rule: "admin-username",
      path: `${prefix}adminUsername`,
      seen: JSON.stringify(machine.adminUsername),
      allowed: "a name that Azure doesn't refuse",
      fix: `Leave it out (${DEFAULTS.machines.adminUsername}) or choose another.`,
    });
  }
  return findings;
}

export function checkMachines(machines: MachinesSpec, prefix: string): Finding[] {
  const findings = [...checkUpgrade(machines, prefix), ...checkAlert(machines, prefix)];
  if (machines.zoneRebalance && machines.zones.length < 2) {
    findings.push({
      rule: "zone-rebalance",
      path: `${prefix}zoneRebalance`,
      seen: `true with ${machines.zones.length} zone`,
      allowed: "true with at least two zones, over which Azure can balance",
      fix: `Name more ${prefix}zones, or leave ${prefix}zoneRebalance out.`,
    });
  }
  if (machines.autoscale) findings.push(...checkAutoscale(machines.autoscale, machines, `${prefix}autoscale.`));
  return [...findings, ...checkMachine(machines, prefix)];
}

/** Repairs that never run are never suspended, so nobody would hear of them. */
function checkAlert({ repairs }: Pick<MachinesSpec, "repairs">, prefix: string): Finding[] {
  if (repairs.enabled || repairs.actionGroupIds.length === 0) return [];
  return [
    {
      rule: "repairs-alert",
      path: `${prefix}repairs.actionGroupIds`,
      seen: `a list of ${repairs.actionGroupIds.length} with ${prefix}repairs.enabled false`,
      allowed: "action groups with repairs, which Azure suspends when they don't help",
      fix: `Leave ${prefix}repairs.actionGroupIds out, or ${prefix}repairs.enabled.`,
    },
  ];
}

/** A grace that ends in the middle of a boot or an install would repair for ever. */
export function checkRepairs(
  { repairs }: Pick<MachinesSpec, "repairs">,
  installSeconds: number,
  prefix: string,
): Finding[] {
  const least = repairGraceMinutes(installSeconds);
  if (!repairs.enabled || repairs.graceMinutes === undefined || repairs.graceMinutes >= least) return [];
  return [
    {
      rule: "repair-grace",
      path: `${prefix}repairs.graceMinutes`,
      seen: `${repairs.graceMinutes}`,
      allowed: `${least} to ${MOST_GRACE_MINUTES}: a boot takes up to ${DEFAULTS.repairs.bootSeconds} s, a good install up to ${installSeconds} s`,
      fix: `Leave ${prefix}repairs.graceMinutes out (${least}), or shorten the install's deadlines.`,
    },
  ];
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

/**
 * Minutes after a state change in which automatic repairs leave a machine alone: the boot and the longest good install,
 * else a repair would start in the middle of an install and go on for ever. Azure takes 10 to 90.
 */
export function repairGraceMinutes(installSeconds: number): number {
  const minutes = Math.ceil((DEFAULTS.repairs.bootSeconds + installSeconds) / 60);
  return Math.min(MOST_GRACE_MINUTES, Math.max(LEAST_GRACE_MINUTES, minutes));
}
