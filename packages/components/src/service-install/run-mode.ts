export const RunMode = { Service: "service", Console: "console" } as const;
/** `service`: speaks with the service control manager itself · `console`: knows nothing of services, so the agent runs it. */
export type RunMode = (typeof RunMode)[keyof typeof RunMode];

export const HealthProvider = { Service: "service", Agent: "agent" } as const;
/** Who answers on the health endpoints: the service itself, or the agent for one that has none. */
export type HealthProvider = (typeof HealthProvider)[keyof typeof HealthProvider];
