import type { AutoscaleSpec } from "./autoscale";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { MachinesSpec } from "./scale-set";
import type { ObjectField } from "./shape";

/** The limits of a rolling upgrade, in Azure's words. */
export interface RollingUpgradeSpec {
  batchPercent: number;
  unhealthyPercent: number;
  unhealthyUpgradedPercent: number;
  pauseSeconds: number;
  /** New machines first, then the old ones go, instead of changing machines in place. */
  maxSurge: boolean;
}

/** What the limits of a rolling upgrade follow from. */
export type UpgradedMachines = Pick<MachinesSpec, "count" | "minimumActive"> &
  Partial<Pick<MachinesSpec, "autoscale" | "upgrade">>;

/** How a scale set's machines come to a new version. */
export interface UpgradeSpec {
  pauseSeconds: number;
  maxSurge: boolean;
}

export const UPGRADE_FIELD: ObjectField = {
  kind: "object",
  fields: {
    pauseSeconds: { kind: "integer", minimum: 0, maximum: 3600, default: DEFAULTS.rollingUpgrade.pauseSeconds },
    maxSurge: { kind: "boolean", default: false },
  },
};

/** Azure's least percentage of a batch and of the unhealthy machines. */
const LEAST_PERCENT = 5;

/** Azure's most machines in a Flexible scale set. */
const MOST_MACHINES = 1000;

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
 * - Where autoscale changes the count, the limits fit its least number of machines, and a batch its greatest.
 */
export function rollingUpgrade(machines: UpgradedMachines): RollingUpgradeSpec {
  const { minimumActive, autoscale, upgrade } = machines;
  const count = autoscale ? fewestMachines(autoscale) : machines.count;
  const batch = upgradeBatch(count);
  const unhealthy = Math.min(count - minimumActive, batch + Math.floor(count / 5));
  const unhealthyPercent = Math.max(
    LEAST_PERCENT,
    Math.ceil((100 * batch) / count),
    Math.floor((100 * unhealthy) / count),
  );
  return {
    batchPercent: Math.max(LEAST_PERCENT, Math.floor(100 / mostMachines(machines))),
    unhealthyPercent,
    unhealthyUpgradedPercent: unhealthyPercent,
    pauseSeconds: upgrade?.pauseSeconds ?? DEFAULTS.rollingUpgrade.pauseSeconds,
    maxSurge: upgrade?.maxSurge ?? false,
  };
}

function fewestMachines({ minimum, schedules }: AutoscaleSpec): number {
  return Math.min(minimum, ...schedules.map((schedule) => schedule.minimum));
}

/** How many machines there can be at a time, a replacement aside. */
export function mostMachines({ count, autoscale }: Pick<MachinesSpec, "count" | "autoscale">): number {
  return autoscale ? Math.max(autoscale.maximum, ...autoscale.schedules.map(({ maximum }) => maximum)) : count;
}

/** Machines that an upgrade creates beside the others, at the most: a batch of new ones before the old ones go. */
export function surgeMachines(machines: UpgradedMachines): number {
  if (!machines.upgrade?.maxSurge) return 0;
  return batchMachines(mostMachines(machines), rollingUpgrade(machines));
}

/** Machines that serve at the least while an upgrade goes well: a batch is out, or replaced before it goes. */
export function leastInService(machines: UpgradedMachines): number {
  const fewest = machines.autoscale ? fewestMachines(machines.autoscale) : machines.count;
  const policy = rollingUpgrade(machines);
  return policy.maxSurge ? fewest : fewest - batchMachines(fewest, policy);
}

/** Machines in a batch of so many, by Azure's arithmetic: never none. */
export function batchMachines(count: number, { batchPercent }: Pick<RollingUpgradeSpec, "batchPercent">): number {
  return Math.max(1, Math.floor((count * batchPercent) / 100));
}

/** Batches until so many machines are done, spread over the zones as evenly as they can be: no batch spans two zones. */
export function upgradeBatches(count: number, zones: number, batchSize: number): number {
  const shares = Array.from({ length: zones }, (_, zone) => Math.floor((count + zone) / zones));
  return shares.reduce((sum, share) => sum + Math.ceil(share / batchSize), 0);
}

/** What speaks against updating these machines the way it is wanted. */
export function checkUpgrade(machines: MachinesSpec, prefix: string): Finding[] {
  return machines.upgrade.maxSurge ? checkSurge(machines, prefix) : checkInPlace(machines, prefix);
}

function checkInPlace({ count, minimumActive }: MachinesSpec, prefix: string): Finding[] {
  const batch = upgradeBatch(count);
  if (minimumActive <= count - batch) return [];
  return [
    {
      rule: "minimum-active",
      path: `${prefix}minimumActive`,
      seen: `${minimumActive} of ${count} machines`,
      allowed: `at most ${count - batch}: a rolling upgrade takes ${batch} of ${count} out at a time`,
      fix: `Raise ${prefix}count, lower ${prefix}minimumActive, or set ${prefix}upgrade.maxSurge to true.`,
    },
  ];
}

/** A machine is replaced only when its successor is healthy, so none of the declared ones is ever missing. */
function checkSurge(machines: MachinesSpec, prefix: string): Finding[] {
  const { count, minimumActive, terminateNotification } = machines;
  const findings: Finding[] = [];
  if (minimumActive > count) {
    findings.push({
      rule: "minimum-active",
      path: `${prefix}minimumActive`,
      seen: `${minimumActive} of ${count} machines`,
      allowed: `at most ${count}`,
      fix: `Raise ${prefix}count, or lower ${prefix}minimumActive.`,
    });
  }
  const most = mostMachines(machines);
  const surge = surgeMachines(machines);
  if (most + surge > MOST_MACHINES) {
    findings.push({
      rule: "max-surge",
      path: `${prefix}upgrade.maxSurge`,
      seen: `true with up to ${most} machines and ${surge} more during an upgrade`,
      allowed: `at most ${MOST_MACHINES} machines in a scale set, the new ones of an upgrade among them`,
      fix: `Leave ${prefix}upgrade.maxSurge out, or have at most ${MOST_MACHINES - surge} machines.`,
    });
  }
  if (!terminateNotification.enabled) {
    findings.push({
      rule: "max-surge",
      path: `${prefix}upgrade.maxSurge`,
      seen: `true with ${prefix}terminateNotification.enabled false`,
      allowed: "true with notifications: a machine that is replaced is deleted, and drains only if it is told before",
      fix: `Leave ${prefix}terminateNotification.enabled out, or ${prefix}upgrade.maxSurge.`,
    });
  }
  return findings;
}
