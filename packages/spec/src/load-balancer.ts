import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { checkSources, SOURCES } from "./firewall";
import type { ObjectField } from "./shape";

export interface ProbeSpec {
  intervalSeconds: number;
  threshold: number;
}

/** How clients reach the cluster. */
export interface FrontEndSpec {
  public: boolean;
  port?: number;
  allowFrom: string[];
  idleTimeoutMinutes: number;
  probe: ProbeSpec;
}

export const PROBE_FIELD: ObjectField = {
  kind: "object",
  fields: {
    intervalSeconds: {
      kind: "integer",
      minimum: 5,
      maximum: 2147483646,
      default: DEFAULTS.loadBalancer.probeIntervalSeconds,
    },
    threshold: { kind: "integer", minimum: 1, maximum: 100, default: DEFAULTS.loadBalancer.probeThreshold },
  },
};

const idleTimeoutMinutes = {
  kind: "integer",
  minimum: 4,
  maximum: 100,
  default: DEFAULTS.loadBalancer.idleTimeoutMinutes,
} as const;

/** `loadBalancer` of a cluster. */
export const FRONT_END_FIELD: ObjectField = {
  kind: "object",
  fields: {
    public: { kind: "boolean", default: false },
    port: { kind: "integer", minimum: 1, maximum: 65535 },
    allowFrom: SOURCES,
    idleTimeoutMinutes,
    probe: PROBE_FIELD,
  },
};

/** Who may connect when nothing is said: everyone inside an internal cluster's network, nobody outside. */
export function defaultSources(isPublic: boolean): string[] {
  return isPublic ? [] : ["VirtualNetwork"];
}

export function checkFrontEnd(frontEnd: FrontEndSpec, prefix: string, servicePort: number): Finding[] {
  if (frontEnd.public && frontEnd.allowFrom.length === 0) {
    return [
      {
        rule: "public-source",
        path: `${prefix}allowFrom`,
        seen: "missing",
        allowed: 'the sources that may connect from outside, such as ["203.0.113.0/24"], or ["Internet"] for everyone',
        fix: `Name the sources in ${prefix}allowFrom, or leave ${prefix}public out.`,
      },
    ];
  }
  return checkSources(frontEnd.allowFrom, `${prefix}allowFrom`, servicePort);
}

/** A load balancer with its rules, as the component takes it. */
export interface LoadBalancerSpec {
  public: boolean;
  ports: BalancedPort[];
  probe: ProbeSpec & { port: number; path: string };
  idleTimeoutMinutes: number;
}

export interface BalancedPort {
  name: string;
  frontendPort: number;
  backendPort: number;
}

const port = { kind: "integer", minimum: 1, maximum: 65535 } as const;

export const LOAD_BALANCER_FIELD: ObjectField = {
  kind: "object",
  fields: {
    public: { kind: "boolean", default: false },
    ports: {
      kind: "list",
      required: true,
      minItems: 1,
      maxItems: 300,
      of: {
        kind: "object",
        fields: {
          name: {
            kind: "string",
            required: true,
            pattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
            allowed: "1 to 80 letters, digits, dots, underscores and hyphens",
          },
          frontendPort: { ...port, required: true },
          backendPort: { ...port, required: true },
        },
      },
    },
    probe: {
      kind: "object",
      required: true,
      fields: {
        ...PROBE_FIELD.fields,
        port: { ...port, required: true },
        path: {
          kind: "string",
          default: DEFAULTS.service.readinessPath,
          pattern: /^\/[^\s?#]*$/,
          allowed: 'a path such as "/ready"',
        },
      },
    },
    idleTimeoutMinutes,
  },
};

/** Ports that Azure's HTTP probe refuses. */
const UNPROBED_PORTS = [19, 21, 25, 70, 110, 119, 143, 220, 993];

export function checkLoadBalancer(balancer: LoadBalancerSpec, prefix: string): Finding[] {
  const findings: Finding[] = checkProbePort(balancer.probe.port, `${prefix}probe.port`);
  for (const key of ["name", "frontendPort"] as const) {
    const values = balancer.ports.map((item) => item[key]);
    balancer.ports.forEach((item, index) => {
      if (values.indexOf(item[key]) === index) return;
      findings.push({
        rule: "unique",
        path: `${prefix}ports[${index}].${key}`,
        seen: JSON.stringify(item[key]),
        allowed: `a ${key} that no other port of this balancer has`,
        fix: `Give every entry of ${prefix}ports a ${key} of its own.`,
      });
    });
  }
  return findings;
}

export function checkProbePort(probePort: number, path: string): Finding[] {
  if (!UNPROBED_PORTS.includes(probePort)) return [];
  return [
    {
      rule: "probe-port",
      path,
      seen: String(probePort),
      allowed: `a port other than ${UNPROBED_PORTS.join(", ")}, which Azure's HTTP probe refuses`,
      fix: "Let the service listen on another port, such as 8080.",
    },
  ];
}
