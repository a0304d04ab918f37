import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { ObjectField } from "./shape";

/** Other limits at certain hours, every week. */
export interface AutoscaleScheduleSpec {
  name: string;
  days: string[];
  from: string;
  until: string;
  minimum: number;
  maximum: number;
}

/** How many machines there are by load and by the clock. */
export interface AutoscaleSpec {
  minimum: number;
  maximum: number;
  cpuAbovePercent: number;
  cpuBelowPercent: number;
  timeZone: string;
  schedules: AutoscaleScheduleSpec[];
}

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** Azure takes 20 profiles: one for always, and two for each schedule (its begin, and the end that goes back). */
const MOST_SCHEDULES = 9;

/** The profile that holds while no schedule does. */
export const USUAL_PROFILE = "always";

const machines = { kind: "integer", minimum: 1, maximum: 1000 } as const;
const percent = { kind: "integer", minimum: 1, maximum: 99 } as const;
const clock = {
  kind: "string",
  required: true,
  pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
  allowed: 'a time of day such as "08:00"',
} as const;

/** The form of Windows' names; Azure knows none such as Europe/Berlin, and refuses the setting when the machines are there. */
const TIME_ZONE = /^(UTC([+-]\d\d)?|[A-Z][A-Za-z0-9 .-]* Standard Time( \(Mexico\))?|Russia Time Zone \d+)$/;

export const AUTOSCALE_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    minimum: machines,
    maximum: { ...machines, required: true },
    cpuAbovePercent: { ...percent, default: DEFAULTS.autoscale.cpuAbovePercent },
    cpuBelowPercent: { ...percent, default: DEFAULTS.autoscale.cpuBelowPercent },
    timeZone: {
      kind: "string",
      pattern: TIME_ZONE,
      default: "UTC",
      allowed: 'a time zone by Windows\' name, such as "W. Europe Standard Time"',
    },
    schedules: {
      kind: "list",
      default: [],
      maxItems: MOST_SCHEDULES,
      of: {
        kind: "object",
        fields: {
          name: {
            kind: "string",
            required: true,
            pattern: /^[A-Za-z0-9][A-Za-z0-9 _-]{0,59}$/,
            allowed: "1 to 60 letters, digits, spaces, underscores and hyphens",
          },
          days: {
            kind: "list",
            required: true,
            minItems: 1,
            maxItems: 7,
            unique: true,
            of: { kind: "string", oneOf: DAYS },
          },
          from: clock,
          until: clock,
          minimum: { ...machines, required: true },
          maximum: { ...machines, required: true },
        },
      },
    },
  },
};

/** What autoscale has to fit to. */
export interface AutoscaledMachines {
  count: number;
  minimumActive: number;
  upgrade: { maxSurge: boolean };
}

/** What Azure would refuse, never act on, or do at the cost of the machines that have to serve. */
export function checkAutoscale(autoscale: AutoscaleSpec, machines: AutoscaledMachines, prefix: string): Finding[] {
  const { minimum, maximum, cpuAbovePercent, cpuBelowPercent, schedules } = autoscale;
  const findings = [
    ...checkLimits({ minimum, maximum }, machines, `${prefix}`),
    ...schedules.flatMap((schedule, index) => checkLimits(schedule, machines, `${prefix}schedules[${index}].`)),
    ...checkSchedules(schedules, `${prefix}schedules`),
  ];
  if (machines.count < minimum || machines.count > maximum) {
    findings.push({
      rule: "autoscale-count",
      path: `${prefix}minimum`,
      seen: `${machines.count} machines to begin with`,
      allowed: `limits around it; they are ${minimum} to ${maximum}`,
      fix: "Let the count lie between minimum and maximum.",
    });
  }
  // One machine less takes over its share: where that is enough to call for a machine again, Azure never scales in.
  const afterwards = Math.ceil((cpuBelowPercent * (minimum + 1)) / minimum);
  if (afterwards >= cpuAbovePercent) {
    findings.push({
      rule: "autoscale-flapping",
      path: `${prefix}cpuBelowPercent`,
      seen: `${cpuBelowPercent}, which is ${afterwards} % on each of ${minimum} machines when one of ${minimum + 1} goes`,
      allowed: `so little that it stays below cpuAbovePercent (${cpuAbovePercent}) afterwards`,
      fix: `Lower ${prefix}cpuBelowPercent, or raise ${prefix}cpuAbovePercent.`,
    });
  }
  return findings;
}

function checkLimits(
  { minimum, maximum }: { minimum: number; maximum: number },
  { minimumActive, upgrade }: AutoscaledMachines,
  prefix: string,
): Finding[] {
  const least = upgrade.maxSurge ? minimumActive : minimumActive + 1;
  if (minimum < least) {
    return [
      {
        rule: "autoscale-minimum",
        path: `${prefix}minimum`,
        seen: `${minimum}`,
        allowed: upgrade.maxSurge
          ? `at least ${least}, which must keep serving`
          : `at least ${least}: a rolling upgrade takes one machine out, and ${minimumActive} must keep serving`,
        fix: `Raise ${prefix}minimum, or lower minimumActive.`,
      },
    ];
  }
  if (minimum <= maximum) return [];
  return [
    {
      rule: "autoscale-limits",
      path: `${prefix}maximum`,
      seen: `${maximum}`,
      allowed: `at least the minimum, ${minimum}`,
      fix: `Raise ${prefix}maximum, or lower ${prefix}minimum.`,
    },
  ];
}

function checkSchedules(schedules: readonly AutoscaleScheduleSpec[], path: string): Finding[] {
  return schedules.flatMap((schedule, index): Finding[] => {
    const earlier = schedules.slice(0, index);
    if (schedule.until <= schedule.from) {
      return [
        {
          rule: "schedule-hours",
          path: `${path}[${index}].until`,
          seen: JSON.stringify(schedule.until),
          allowed: `later on the same day than from (${schedule.from})`,
          fix: "Write a schedule over midnight as two.",
        },
      ];
    }
    if ([USUAL_PROFILE, ...earlier.map(({ name }) => name)].some((name) => sameName(name, schedule.name))) {
      return [
        {
          rule: "unique",
          path: `${path}[${index}].name`,
          seen: JSON.stringify(schedule.name),
          allowed: `a name of its own, other than ${JSON.stringify(USUAL_PROFILE)}`,
          fix: "Give the schedule another name.",
        },
      ];
    }
    const clash = earlier.find((other) => overlap(other, schedule));
    if (!clash) return [];
    return [
      {
        rule: "schedule-overlap",
        path: `${path}[${index}]`,
        seen: `${schedule.from} to ${schedule.until}, at the same time as ${JSON.stringify(clash.name)} (${clash.from} to ${clash.until})`,
        allowed: "hours and days that no other schedule has",
        fix: "Split the hours among the two.",
      },
    ];
  });
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function overlap(a: AutoscaleScheduleSpec, b: AutoscaleScheduleSpec): boolean {
  return a.days.some((day) => b.days.includes(day)) && a.from < b.until && b.from < a.until;
}
