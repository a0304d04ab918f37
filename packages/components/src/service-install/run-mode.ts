export const RunMode = { Service: "service", Console: "console", ScheduledTask: "scheduledTask" } as const;
/**
 * `service`: speaks with the service control manager itself · `console`: knows nothing of services, so the agent runs it ·
 * `scheduledTask`: does its work and ends, so the agent runs it by a schedule.
 */
export type RunMode = (typeof RunMode)[keyof typeof RunMode];

export const ScheduleTimeZone = { Utc: "UTC", Machine: "machine" } as const;
/** `UTC`: no hour comes twice or is left out · `machine`: what Windows is set to. */
export type ScheduleTimeZone = (typeof ScheduleTimeZone)[keyof typeof ScheduleTimeZone];

export const HealthProvider = { Service: "service", Agent: "agent" } as const;
/** Who answers on the health endpoints: the service itself, or the agent for one that has none. */
export type HealthProvider = (typeof HealthProvider)[keyof typeof HealthProvider];
