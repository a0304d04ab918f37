import type * as monitor from "@pulumi/azure-native/monitor";
import type { monitor as inputs } from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { DEFAULTS, USUAL_PROFILE, type AutoscaleScheduleSpec, type AutoscaleSpec } from "@windows-ha/spec";
import { onDemand } from "../common/on-demand";
import { placementOf, type PlacementArgs } from "../common/placement";

/** The number of machines by load, and by the clock. */
export function createAutoscale(
  name: string,
  args: PlacementArgs,
  spec: AutoscaleSpec,
  scaleSetId: pulumi.Output<string>,
  parent: pulumi.Resource,
): monitor.AutoscaleSetting {
  return new onDemand.monitor.AutoscaleSetting(
    `${name}-autoscale`,
    { ...placementOf(args), enabled: true, targetResourceUri: scaleSetId, profiles: profiles(spec, scaleSetId) },
    { parent },
  );
}

/**
 * A profile that always holds; and for each schedule one that begins it and one that ends it. Azure knows no end of a
 * weekly profile: it lasts until another one begins, and a name of this form makes that one count as the usual profile.
 * Where a schedule begins as another ends, nothing else does: of two that begin at once nobody says which one holds.
 */
export function profiles(spec: AutoscaleSpec, scaleSetId: pulumi.Input<string>): inputs.AutoscaleProfileArgs[] {
  const rules = [
    rule(spec.cpuAbovePercent, "GreaterThan", "Increase", scaleSetId),
    rule(spec.cpuBelowPercent, "LessThan", "Decrease", scaleSetId),
  ];
  const capacity = ({ minimum, maximum }: { minimum: number; maximum: number }) => ({
    minimum: String(minimum),
    maximum: String(maximum),
    // Where the load can't be measured, Azure only raises the number to this one; it never takes machines away.
    default: String(minimum),
  });
  return [
    { name: USUAL_PROFILE, capacity: capacity(spec), rules },
    ...spec.schedules.flatMap((schedule) => [
      {
        name: schedule.name,
        capacity: capacity(schedule),
        rules,
        recurrence: recurrence(schedule, schedule.from, spec.timeZone),
      },
      ...endingDays(schedule, spec.schedules).map((days) => ({
        name: JSON.stringify({ name: USUAL_PROFILE, for: schedule.name }),
        capacity: capacity(spec),
        rules,
        recurrence: recurrence({ days }, schedule.until, spec.timeZone),
      })),
    ]),
  ];
}

/** The days on which nothing takes over from a schedule; none, if there is no such day. */
function endingDays({ days, until }: AutoscaleScheduleSpec, all: readonly AutoscaleScheduleSpec[]): string[][] {
  const ending = days.filter((day) => !all.some((other) => other.from === until && other.days.includes(day)));
  return ending.length > 0 ? [ending] : [];
}

function rule(
  threshold: number,
  operator: "GreaterThan" | "LessThan",
  direction: "Increase" | "Decrease",
  scaleSetId: pulumi.Input<string>,
): inputs.ScaleRuleArgs {
  const { windowMinutes, cooldownMinutes } = DEFAULTS.autoscale;
  return {
    metricTrigger: {
      metricName: "Percentage CPU",
      metricResourceUri: scaleSetId,
      timeGrain: "PT1M",
      statistic: "Average",
      timeAggregation: "Average",
      timeWindow: `PT${windowMinutes}M`,
      operator,
      threshold,
    },
    scaleAction: { direction, type: "ChangeCount", value: "1", cooldown: `PT${cooldownMinutes}M` },
  };
}

function recurrence(
  { days }: Pick<AutoscaleScheduleSpec, "days">,
  time: string,
  timeZone: string,
): inputs.RecurrenceArgs {
  const [hour, minute] = time.split(":").map(Number) as [number, number];
  return { frequency: "Week", schedule: { timeZone, days, hours: [hour], minutes: [minute] } };
}
