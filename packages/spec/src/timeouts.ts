import { DEFAULTS } from "./defaults";
import { batchMachines, mostMachines, rollingUpgrade, upgradeBatches } from "./rolling-upgrade";
import type { MachinesSpec } from "./scale-set";
import type { Field, ObjectField } from "./shape";
import { noticeMinutes } from "./terminate-notification";

/** How long Pulumi waits for an operation, in Go's form such as "1h30m". */
export interface CustomTimeoutsSpec {
  create?: string;
  update?: string;
  delete?: string;
}

const duration: Field = {
  kind: "string",
  pattern: /^(?=.*[1-9])(\d+(\.\d+)?[hms])+$/,
  allowed: 'a duration in hours, minutes and seconds, such as "90m" or "1h30m"',
};

export const CUSTOM_TIMEOUTS_FIELD: ObjectField = {
  kind: "object",
  fields: { create: duration, update: duration, delete: duration },
};

/**
 * Time-outs of a scale set. Pulumi itself would give up after two hours (azure-native's default), in the middle of a
 * rollout over many machines; Azure would go on with it, unseen.
 */
export function scaleSetTimeouts(machines: MachinesSpec, installSeconds: number): Required<CustomTimeoutsSpec> {
  const { create, update, delete: remove } = DEFAULTS.timeouts.scaleSet;
  const rollout = hours(longestRolloutSeconds(machines, installSeconds) + DEFAULTS.timeouts.rolloutMarginSeconds);
  return { create, update: `${Math.max(update, rollout)}h`, delete: remove, ...given(machines.customTimeouts) };
}

export function singleMachineTimeouts({ customTimeouts }: Pick<MachinesSpec, "customTimeouts">): {
  machine: Required<CustomTimeoutsSpec>;
  extension: Required<CustomTimeoutsSpec>;
} {
  const { machine, extension } = DEFAULTS.timeouts;
  return { machine: { ...machine, ...given(customTimeouts) }, extension: { ...extension, ...given(customTimeouts) } };
}

/** Every batch takes as long as a good install may, and a new machine its boot and the old one its notice besides. */
function longestRolloutSeconds(machines: MachinesSpec, installSeconds: number): number {
  const { zones, upgrade, terminateNotification } = machines;
  const count = mostMachines(machines);
  const batches = upgradeBatches(count, zones.length, batchMachines(count, rollingUpgrade(machines)));
  const { intervalSeconds, numberOfProbes } = DEFAULTS.healthExtension;
  const notice = (terminateNotification.minutes ?? noticeMinutes(0)) * 60;
  const replacement = upgrade.maxSurge ? DEFAULTS.repairs.bootSeconds + notice : 0;
  const batch = installSeconds + intervalSeconds * numberOfProbes + replacement;
  return batches * batch + (batches - 1) * upgrade.pauseSeconds;
}

function hours(seconds: number): number {
  return Math.ceil(seconds / 3600);
}

/** What was given, without what was left out. */
function given(timeouts: CustomTimeoutsSpec): CustomTimeoutsSpec {
  return Object.fromEntries(Object.entries(timeouts).filter(([, duration]) => duration !== undefined));
}
