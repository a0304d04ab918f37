import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { ObjectField } from "./shape";

/** How long Azure waits with the deletion of a scale set's machine after it announced it to the machine. */
export interface TerminateNotificationSpec {
  enabled: boolean;
  minutes?: number;
}

/** What Azure takes, in minutes. */
const LEAST_MINUTES = 5;
const MOST_MINUTES = 15;

export const TERMINATE_NOTIFICATION_FIELD: ObjectField = {
  kind: "object",
  fields: {
    enabled: { kind: "boolean", default: true },
    minutes: { kind: "integer", minimum: LEAST_MINUTES, maximum: MOST_MINUTES },
  },
};

/** Minutes in which a machine can drain and stop its service, as far as Azure gives so many. */
export function noticeMinutes(stopSeconds: number): number {
  return Math.min(MOST_MINUTES, Math.max(DEFAULTS.terminateNotification.minutes, Math.ceil(stopSeconds / 60)));
}

/** A machine that is deleted in the middle of its drain cuts off the flows that the drain was for. */
export function checkTerminateNotification(
  { enabled, minutes = noticeMinutes(0) }: TerminateNotificationSpec,
  stopSeconds: number,
  prefix: string,
): Finding[] {
  if (!enabled || stopSeconds <= minutes * 60) return [];
  const least = Math.ceil(stopSeconds / 60);
  return [
    {
      rule: "terminate-notification",
      path: `${prefix}minutes`,
      seen: `${minutes}`,
      allowed: `at least ${least}: the service takes up to ${stopSeconds} s to drain and stop`,
      fix:
        least > MOST_MINUTES
          ? `Shorten service.stop: Azure waits ${MOST_MINUTES} minutes at the most.`
          : `Leave ${prefix}minutes out (${least}), or shorten service.stop.`,
    },
  ];
}
