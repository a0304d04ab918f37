import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { ServiceSpec } from "./service";
import { healthScheme } from "./service-secrets";
import type { Field, ObjectField } from "./shape";

/** The endpoints by which a service shows how it is, or those of the agent for a service that has none. */
export interface ServiceHealthSpec {
  provider: "service" | "agent";
  /** Only where the agent answers. */
  port?: number;
  livenessPath: string;
  readinessPath: string;
  reportsHealthState: boolean;
}

const path = (value: string): Field => ({
  kind: "string",
  default: value,
  pattern: /^\/[^\s?#]*$/,
  maxLength: 256,
  allowed: 'a path such as "/health": starts with a slash, no query, no spaces',
});

export const SERVICE_HEALTH_FIELD: ObjectField = {
  kind: "object",
  fields: {
    provider: { kind: "string", oneOf: ["service", "agent"], default: "service" },
    port: { kind: "integer", minimum: 1, maximum: 65535 },
    livenessPath: path(DEFAULTS.service.livenessPath),
    readinessPath: path(DEFAULTS.service.readinessPath),
    reportsHealthState: { kind: "boolean", default: true },
  },
};

/** Where everybody asks how a service is. */
export function healthEndpoint(service: Pick<ServiceSpec, "health" | "port" | "tls">): {
  scheme: "http" | "https";
  port: number;
} {
  const { provider, port = service.port } = service.health;
  return provider === "agent" ? { scheme: "http", port } : { scheme: healthScheme(service), port: service.port };
}

/** The argument that decides about the endpoint's port. */
export function healthPortPath({ health }: Pick<ServiceSpec, "health">): string {
  return health.provider === "agent" ? "service.health.port" : "service.port";
}

/** A port for the agent where it answers, and nothing of what the service alone could answer. */
export function checkServiceHealth(service: ServiceSpec): Finding[] {
  const { health } = service;
  if (health.provider !== "agent") {
    return health.port === undefined ? [] : [finding("port", health.port, ...NO_PORT)];
  }
  return [
    ...(health.port === undefined ? [finding("port", undefined, ...NEEDED_PORT)] : []),
    ...(health.port === service.port ? [finding("port", health.port, ...OTHER_PORT)] : []),
    ...(["livenessPath", "readinessPath"] as const)
      .filter((name) => health[name] !== DEFAULTS.service[name])
      .map((name) =>
        finding(
          name,
          health[name],
          `${DEFAULTS.service[name]}, where the agent answers`,
          "Remove it, or let the service answer itself.",
        ),
      ),
  ];
}

const NO_PORT = [
  "no port: a service answers on its own one, service.port",
  'Remove it, or give provider: "agent".',
] as const;
const NEEDED_PORT = [
  'the port on which the agent answers, because provider is "agent"',
  "Give a port that is free on the machines, such as 8081.",
] as const;
const OTHER_PORT = [
  "another port than service.port, which the service itself listens on",
  "Give a port that is free on the machines.",
] as const;

function finding(name: string, seen: unknown, allowed: string, fix: string): Finding {
  return {
    rule: "agent-health",
    path: `service.health.${name}`,
    seen: seen === undefined ? "missing" : JSON.stringify(seen),
    allowed,
    fix,
  };
}
