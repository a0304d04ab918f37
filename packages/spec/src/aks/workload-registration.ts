import { checkConsulServices } from "../consul/registration-rules";
import type { Finding } from "../finding";
import type { ServiceSpec } from "../service";
import type { ObjectField } from "../shape";

/** How callers outside of the cluster find a service in Consul's catalogue. */
export interface WorkloadRegistrationSpec {
  tags: string[];
  meta: Record<string, string>;
}

const KUBERNETES_CHECKS =
  "Leave it out: of pods Kubernetes' own readiness counts. service.health and loadBalancer.probe say how they are asked.";

/** A Service that stands in Consul's catalogue. */
export const WORKLOAD_REGISTRATION: ObjectField = {
  kind: "object",
  optional: true,
  refused: {
    ...Object.fromEntries(
      [
        "checkIntervalSeconds",
        "checkTimeoutSeconds",
        "dependenciesCheck",
        "dependenciesPath",
        "deregisterAfterMinutes",
      ].map((name) => [name, KUBERNETES_CHECKS]),
    ),
    leaderCheck:
      "Leave it out: the check of a leader's session is one of an agent, and nodes of AKS have none. Elect by a Lease of Kubernetes.",
  },
  fields: {
    tags: { kind: "list", default: [], unique: true, maxItems: 64, of: { kind: "string" } },
    meta: { kind: "map", default: {}, of: { kind: "string" } },
  },
};

/** What Consul would refuse, or take and then nobody finds. */
export function checkRegistration(
  { service, registration }: { service: ServiceSpec; registration?: WorkloadRegistrationSpec },
  path: string,
): Finding[] {
  if (!registration) return [];
  const { name, version, port } = service;
  // Its token is bound to the name as it stands.
  const plain = /[A-Z]/.test(name)
    ? [
        {
          rule: "consul-service-name",
          path: "service.name",
          seen: JSON.stringify(name),
          allowed: "lower-case letters, digits and hyphens",
          fix: `Call it ${JSON.stringify(name.toLowerCase())}.`,
        },
      ]
    : [];
  const found = checkConsulServices([{ ...registration, name, version, port }], path).map((item) => ({
    ...item,
    path: item.rule === "consul-service-name" ? "service.name" : item.path.replace(`${path}[0]`, path),
  }));
  return [...plain, ...found];
}
