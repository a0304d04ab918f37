import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { checkSources, PROTOCOL, RULE_NAME, SOURCES } from "./firewall";
import { checkHaPorts } from "./ha-ports";
import { checkOutbound, OUTBOUND_FIELD, type OutboundSpec } from "./outbound";
import { checkOverlappingSources } from "./overlapping-sources";
import { checkRuleCount } from "./rule-count";
import type { Field, Fields, ObjectField } from "./shape";

export interface ProbeSpec {
  intervalSeconds: number;
  threshold: number;
}

/** Which parts of a flow decide where it goes: all five, or what keeps a client on one machine. */
export type SessionAffinity = "none" | "clientIp" | "clientIpProtocol";

/** What every front end of a balancer has in common. */
export interface BalancingSpec {
  public: boolean;
  internal: boolean;
  sessionAffinity: SessionAffinity;
  tcpReset: boolean;
  idleTimeoutMinutes: number;
  haPorts: boolean;
  outbound?: OutboundSpec;
}

/** One more port of the machines that clients reach. */
export interface FrontEndPortSpec {
  name: string;
  port: number;
  backendPort: number;
  protocol: "Tcp" | "Udp";
}

/** How clients reach the cluster. */
export interface FrontEndSpec extends BalancingSpec {
  port?: number;
  ports: FrontEndPortSpec[];
  allowFrom: string[];
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

const port = { kind: "integer", minimum: 1, maximum: 65535 } as const;

const HASH_ONLY =
  "Azure Load Balancer distributes by a hash of the flow, or of the client's address (sessionAffinity). Weights, round " +
  "robin and least connections are for a gateway in front of the machines, which this version doesn't have yet.";

const NO_ADMINISTRATION =
  "Nobody administers machines through the balancer: it has no inbound NAT rules. Connect from inside the network, with " +
  "Azure Bastion for example, and admit the source in the firewall.";

/** Words of other balancers (S0-45, S0-46) and of inbound NAT, answered with what there is. */
const REFUSED_WORDS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["algorithm", "weight", "weights", "roundRobin", "leastConnections"].map((name) => [name, HASH_ONLY]),
  ),
  ...Object.fromEntries(
    ["administration", "inboundNatRules", "inboundNatPools", "natRules"].map((name) => [name, NO_ADMINISTRATION]),
  ),
};

/** How an endpoint of a service is asked. */
export const SCHEME: Field = { kind: "string", oneOf: ["http", "https"], default: "http" };

const BALANCING: Fields = {
  public: { kind: "boolean", default: false },
  internal: { kind: "boolean" },
  sessionAffinity: {
    kind: "string",
    oneOf: ["none", "clientIp", "clientIpProtocol"],
    default: DEFAULTS.loadBalancer.sessionAffinity,
    fix: `Choose one of these. ${HASH_ONLY}`,
  },
  tcpReset: { kind: "boolean", default: true },
  idleTimeoutMinutes: {
    kind: "integer",
    minimum: 4,
    maximum: 100,
    default: DEFAULTS.loadBalancer.idleTimeoutMinutes,
  },
  haPorts: { kind: "boolean", default: false },
  outbound: OUTBOUND_FIELD,
};

const frontEndPort: Field = {
  kind: "object",
  refused: REFUSED_WORDS,
  fields: {
    name: RULE_NAME,
    port: { ...port, required: true },
    backendPort: port,
    protocol: PROTOCOL,
  },
};

/** `loadBalancer` of a cluster. */
export const FRONT_END_FIELD: ObjectField = {
  kind: "object",
  refused: REFUSED_WORDS,
  fields: {
    ...BALANCING,
    port,
    ports: { kind: "list", of: frontEndPort, maxItems: 100, default: [] },
    allowFrom: SOURCES,
    probe: PROBE_FIELD,
  },
};

/** Fills in what follows from other values. */
export function completeFrontEnd(frontEnd: FrontEndSpec, servicePort: number): FrontEndSpec & { port: number } {
  return {
    ...frontEnd,
    internal: frontEnd.internal ?? !frontEnd.public,
    port: frontEnd.port ?? servicePort,
    ports: frontEnd.ports.map((item) => ({ ...item, backendPort: item.backendPort ?? item.port })),
    allowFrom: frontEnd.allowFrom ?? defaultSources(frontEnd.public),
  };
}

/** Who may connect when nothing is said: everyone inside an internal cluster's network, nobody outside. */
export function defaultSources(isPublic: boolean): string[] {
  return isPublic ? [] : ["VirtualNetwork"];
}

export function checkFrontEnd(frontEnd: FrontEndSpec, prefix: string, servicePort: number): Finding[] {
  const findings = checkReach(frontEnd, prefix);
  if (frontEnd.public && frontEnd.allowFrom.length === 0) {
    findings.push({
      rule: "public-source",
      path: `${prefix}allowFrom`,
      seen: "missing",
      allowed: 'the sources that may connect from outside, such as ["203.0.113.0/24"], or ["Internet"] for everyone',
      fix: `Name the sources in ${prefix}allowFrom, or leave ${prefix}public out.`,
    });
  }
  const opened = [servicePort, ...frontEnd.ports.map(({ backendPort }) => backendPort)];
  const ofSources = opened.map((opensPort) => checkSources(frontEnd.allowFrom, `${prefix}allowFrom`, opensPort));
  // The same wrong source is one finding, however many ports it is for.
  const worst = ofSources.sort((a, b) => b.length - a.length)[0]!;
  return [...findings, ...worst, ...checkOverlappingSources(frontEnd.allowFrom, `${prefix}allowFrom`)];
}

/** A balancer that nobody reaches has no use. */
function checkReach({ public: isPublic, internal }: BalancingSpec, prefix: string): Finding[] {
  if (isPublic || internal) return [];
  return [
    {
      rule: "front-end",
      path: `${prefix}internal`,
      seen: "false, without public: true",
      allowed: "a public address, an internal one, or both",
      fix: `Leave ${prefix}internal out, or set ${prefix}public to true.`,
    },
  ];
}

/** A load balancer with its rules, as the component takes it. */
export interface LoadBalancerSpec extends BalancingSpec {
  ports: BalancedPort[];
  outbound?: OutboundSpec & { machines: number };
  /** Addresses that outlive a zone; a region without zones refuses them. */
  zoneRedundant: boolean;
  probe: ProbeSpec & { port: number; path: string; scheme: "http" | "https" };
}

export interface BalancedPort {
  name: string;
  frontendPort: number;
  backendPort: number;
  protocol: "Tcp" | "Udp";
}

export const LOAD_BALANCER_FIELD: ObjectField = {
  kind: "object",
  refused: REFUSED_WORDS,
  fields: {
    ...BALANCING,
    outbound: {
      ...OUTBOUND_FIELD,
      fields: { ...OUTBOUND_FIELD.fields, machines: { kind: "integer", required: true, minimum: 1, maximum: 5000 } },
    },
    zoneRedundant: { kind: "boolean", default: true },
    ports: {
      kind: "list",
      maxItems: 300,
      default: [],
      of: {
        kind: "object",
        refused: REFUSED_WORDS,
        fields: {
          name: RULE_NAME,
          frontendPort: { ...port, required: true },
          backendPort: { ...port, required: true },
          protocol: PROTOCOL,
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
        scheme: SCHEME,
      },
    },
  },
};

/** Ports that Azure's HTTP probe refuses. */
const UNPROBED_PORTS = [19, 21, 25, 70, 110, 119, 143, 220, 993];

export function checkLoadBalancer(balancer: LoadBalancerSpec, prefix: string): Finding[] {
  return [
    ...checkReach(balancer, prefix),
    ...checkProbePort(balancer.probe.port, `${prefix}probe.port`),
    ...checkHaPorts(balancer, prefix),
    ...checkOutbound(balancer, balancer.outbound?.machines ?? 1, frontEndPorts(balancer), prefix),
    ...checkPorts(balancer.ports, prefix),
    ...checkRuleCount(balancer, prefix),
  ];
}

/** Ports of the rules of a public front end. */
function frontEndPorts({ ports }: LoadBalancerSpec): number[] {
  return ports.map(({ frontendPort }) => frontendPort);
}

/** Names are unique; so is each side of a rule together with its protocol. */
export function checkPorts(ports: readonly BalancedPort[], prefix: string, of = "balancer"): Finding[] {
  const KEYS: Record<string, (item: BalancedPort) => string> = {
    name: (item) => item.name.toLowerCase(),
    frontendPort: (item) => `${item.protocol} ${item.frontendPort}`,
    backendPort: (item) => `${item.protocol} ${item.backendPort}`,
  };
  return Object.entries(KEYS).flatMap(([key, identity]) => {
    const values = ports.map(identity);
    return ports.flatMap((item, index): Finding[] => {
      if (values.indexOf(values[index]!) === index) return [];
      return [
        {
          rule: "unique",
          path: `${prefix}ports[${index}].${key}`,
          seen: JSON.stringify(item[key as keyof BalancedPort]),
          allowed: `a ${key} that no other port of this ${of} has${key === "name" ? "" : " for the same protocol"}`,
          fix: `Give every entry of ${prefix}ports a ${key} of its own.`,
        },
      ];
    });
  });
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
