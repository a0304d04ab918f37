import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { ServiceSpec } from "./service";
import type { Field, ObjectField } from "./shape";

/** When a scheduled task runs. Task Scheduler's own words where it has some; a run never overlaps another one. */
export interface ScheduleSpec {
  intervalSeconds?: number;
  dailyAt?: string;
  timeZone?: "UTC" | "machine";
  timeLimitSeconds: number;
}

export const SCHEDULE_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    intervalSeconds: { kind: "integer", minimum: 10, maximum: 2_678_400 },
    dailyAt: {
      kind: "string",
      pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
      allowed: 'a time of the day such as "03:30"',
    },
    timeZone: { kind: "string", oneOf: ["UTC", "machine"] },
    timeLimitSeconds: {
      kind: "integer",
      minimum: 1,
      maximum: DEFAULTS.schedule.timeLimitSeconds,
      default: DEFAULTS.schedule.timeLimitSeconds,
    },
  },
};

/** `service.port` where something has to answer. Without a port the specification has 0. */
export const PORT_FIELD: Field = { kind: "integer", minimum: 1, maximum: 65535 };

export function isScheduledTask({ mode }: Pick<ServiceSpec, "mode">): boolean {
  return mode === "scheduledTask";
}

const ADDRESS = "${WINDOWS_HA_ADDRESS}";

/** A task has a schedule and nobody who would connect to it; everything else has a port. */
export function checkSchedule(service: ServiceSpec): Finding[] {
  const { schedule, port } = service;
  if (!isScheduledTask(service)) {
    return [
      ...(port === 0 ? [finding("port", undefined, "the port that the service listens on", "Give service.port.")] : []),
      ...(schedule
        ? [
            finding(
              "schedule",
              "given",
              'nothing, unless service.mode is "scheduledTask"',
              'Remove it, or give service.mode: "scheduledTask".',
            ),
          ]
        : []),
    ];
  }
  return [
    ...(port === 0
      ? []
      : [finding("port", String(port), "nothing: nobody connects to a scheduled task", "Remove service.port.")]),
    ...(service.stop.drainSeconds === undefined
      ? []
      : [
          finding(
            "stop.drainSeconds",
            String(service.stop.drainSeconds),
            "nothing: no balancer has to notice; an upgrade waits stop.stopSeconds for the end of a run",
            "Remove it.",
          ),
        ]),
    ...checkPlaceholders((service as { arguments?: readonly unknown[] }).arguments ?? []),
    ...checkTimes(schedule),
  ];
}

function checkPlaceholders(texts: readonly unknown[]): Finding[] {
  return texts.flatMap((text, index) =>
    typeof text === "string" && text.includes(ADDRESS)
      ? [finding(`arguments[${index}]`, ADDRESS, "other placeholders: a scheduled task has no address", "Remove it.")]
      : [],
  );
}

function checkTimes(schedule: ScheduleSpec | undefined): Finding[] {
  const given = [schedule?.intervalSeconds, schedule?.dailyAt].filter((value) => value !== undefined).length;
  if (given !== 1) {
    const seen = schedule ? ["neither of the two", "both"][given === 2 ? 1 : 0]! : undefined;
    const fix = 'Give { intervalSeconds: 900 }, or { dailyAt: "03:30" }.';
    return [finding("schedule", seen, "either intervalSeconds or dailyAt", fix)];
  }
  if (schedule!.timeZone === undefined || schedule!.dailyAt !== undefined) return [];
  return [
    finding("schedule.timeZone", JSON.stringify(schedule!.timeZone), "nothing with intervalSeconds", "Remove it."),
  ];
}

function finding(name: string, seen: string | undefined, allowed: string, fix: string): Finding {
  return { rule: "scheduled-task", path: `service.${name}`, seen: seen ?? "missing", allowed, fix };
}

/** What a service of a cluster can't be. */
const IN_A_CLUSTER =
  'A cluster balances connections, which a scheduled task has none of. Use HostInstall, or a ServiceInstall that WindowsMachines or a WindowsScaleSet carries (with service.health.provider "agent").';

/** A service behind a balancer: one that has a port and runs all the time. */
export function balancedServiceField(service: ObjectField): ObjectField {
  const { schedule: _, ...fields } = service.fields;
  return {
    ...service,
    refused: { ...service.refused, schedule: IN_A_CLUSTER },
    fields: {
      ...fields,
      port: { ...PORT_FIELD, required: true },
      mode: { kind: "string", oneOf: ["service", "console"], default: "service", fix: IN_A_CLUSTER },
    },
  };
}
