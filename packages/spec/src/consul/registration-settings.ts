import { DEFAULTS } from "../defaults";
import type { ServiceSpec } from "../service";
import { healthEndpoint } from "../service-health";
import { isScheduledTask } from "../service-schedule";
import type { ObjectField } from "../shape";
import type { ConsulServiceInput } from "./registration";

/** How a service is registered; what stands in its own declaration isn't said again. */
export interface ConsulRegistrationSpec {
  tags: string[];
  meta: Record<string, string>;
  /** Left out: by who answers on the health endpoints. */
  dependenciesCheck?: boolean;
  dependenciesPath: string;
  leaderCheck: boolean;
  checkIntervalSeconds: number;
  checkTimeoutSeconds: number;
  deregisterAfterMinutes: number;
}

const { consul } = DEFAULTS;
const path = { kind: "string", pattern: /^\/[!-~]*$/, allowed: "a path that begins with a slash" } as const;

export const REGISTRATION_FIELD: ObjectField = {
  kind: "object",
  fields: {
    tags: { kind: "list", default: [], unique: true, maxItems: 64, of: { kind: "string" } },
    meta: { kind: "map", default: {}, of: { kind: "string" } },
    dependenciesCheck: { kind: "boolean" },
    dependenciesPath: { ...path, default: consul.dependenciesPath },
    leaderCheck: { kind: "boolean", default: false },
    checkIntervalSeconds: { kind: "integer", minimum: 1, maximum: 3600, default: consul.checkIntervalSeconds },
    checkTimeoutSeconds: { kind: "integer", minimum: 1, maximum: 60, default: consul.checkTimeoutSeconds },
    deregisterAfterMinutes: { kind: "integer", minimum: 10, maximum: 10_080, default: consul.deregisterAfterMinutes },
  },
};

/** The registration of a service at the client of its machine. */
export function serviceRegistration(service: ServiceSpec, registration: ConsulRegistrationSpec): ConsulServiceInput {
  const { name, port, version, health } = service;
  const { dependenciesCheck = health.provider === "service", dependenciesPath, ...rest } = registration;
  // A task listens nowhere: it reports by itself that it lives.
  if (isScheduledTask(service)) return { ...rest, leaderCheck: false, name, version, windowsService: name };
  const { scheme, port: healthPort } = healthEndpoint(service);
  return {
    ...rest,
    name,
    port,
    version,
    scheme,
    ...(healthPort === port ? {} : { healthPort }),
    readinessPath: health.readinessPath,
    livenessPath: health.livenessPath,
    dependenciesPath: dependenciesCheck ? dependenciesPath : false,
    windowsService: name,
  };
}
