import { armName } from "../arm-id";
import type { InputRule, Reference } from "../resource-type";
import { each, single } from "../rule-helpers";

export interface FrontEnd {
  name?: string;
  subnet?: Reference;
  publicIPAddress?: Reference;
  privateIPAddress?: string;
  zones?: string[];
}
interface Probe {
  name?: string;
  protocol: string;
  port: number;
  requestPath?: string;
  intervalInSeconds?: number;
  probeThreshold?: number;
}
interface BalancingRule {
  name?: string;
  protocol: string;
  frontendPort: number;
  backendPort?: number;
  enableFloatingIP?: boolean;
  idleTimeoutInMinutes?: number;
  frontendIPConfiguration?: Reference;
  backendAddressPool?: Reference;
  backendAddressPools?: Reference[];
  probe?: Reference;
  disableOutboundSnat?: boolean;
}
export interface OutboundRule {
  name?: string;
  protocol: string;
  frontendIPConfigurations?: Reference[];
  backendAddressPool?: Reference;
  allocatedOutboundPorts?: number;
  idleTimeoutInMinutes?: number;
}
export interface LoadBalancerInputs {
  sku?: { name?: string };
  frontendIPConfigurations?: FrontEnd[];
  backendAddressPools?: { name?: string }[];
  probes?: Probe[];
  loadBalancingRules?: BalancingRule[];
  outboundRules?: OutboundRule[];
  inboundNatRules?: { name?: string }[];
}

/** The Basic SKU was retired on 30 September 2025. */
const standardSku = single<LoadBalancerInputs>(["sku.name"], "sku.name", "InvalidParameter", ({ sku }) =>
  (sku?.name ?? "Basic") === "Basic"
    ? 'Basic SKU load balancers can no longer be created; use sku {name: "Standard"}.'
    : undefined,
);

/** Ports on which Azure sends no HTTP probes. */
const REFUSED_HTTP_PORTS = [19, 21, 25, 70, 110, 119, 143, 220, 993];

const probes = each<LoadBalancerInputs, Probe>(
  "probes",
  ["protocol", "port", "requestPath", "intervalInSeconds", "probeThreshold"],
  ({ protocol, port, requestPath, intervalInSeconds: interval, probeThreshold: threshold }) => {
    const isTcp = protocol.toLowerCase() === "tcp";
    const code = "InvalidParameter";
    return [
      { property: "port", code, message: !isPort(port) && `A probe's port is 1 to 65535, not ${port}.` },
      {
        property: "port",
        code,
        message: !isTcp && REFUSED_HTTP_PORTS.includes(port) && `HTTP probes to port ${port} are not supported.`,
      },
      {
        property: "requestPath",
        code,
        message: !isTcp && !requestPath && `A probe with the protocol ${protocol} needs a requestPath.`,
      },
      {
        property: "requestPath",
        code,
        message: isTcp && requestPath !== undefined && "A TCP probe connects only; it can't have a requestPath.",
      },
      {
        property: "intervalInSeconds",
        code,
        message:
          interval !== undefined &&
          interval < 5 &&
          `The shortest interval between probes is 5 seconds, not ${interval}.`,
      },
      {
        property: "probeThreshold",
        code,
        message:
          threshold !== undefined && (threshold < 1 || threshold > 100) && `A threshold is 1 to 100, not ${threshold}.`,
      },
    ];
  },
);

const balancingRules = each<LoadBalancerInputs, BalancingRule>(
  "loadBalancingRules",
  ["protocol", "frontendPort", "backendPort", "enableFloatingIP", "idleTimeoutInMinutes"],
  ({ protocol, frontendPort, backendPort = 0, enableFloatingIP, idleTimeoutInMinutes: idle }) => {
    const isHighAvailabilityPorts = protocol.toLowerCase() === "all";
    const code = "InvalidParameter";
    return [
      {
        property: "frontendPort",
        code,
        message:
          isHighAvailabilityPorts &&
          (frontendPort !== 0 || backendPort !== 0) &&
          `A rule with the protocol All has the ports 0 and 0, not ${frontendPort} and ${backendPort}.`,
      },
      {
        property: "frontendPort",
        code,
        message: !isHighAvailabilityPorts && !isPort(frontendPort) && `A port is 1 to 65535, not ${frontendPort}.`,
      },
      {
        property: "backendPort",
        code,
        message: !isHighAvailabilityPorts && !isPort(backendPort) && `A port is 1 to 65535, not ${backendPort}.`,
      },
      {
        property: "backendPort",
        code,
        message:
          enableFloatingIP &&
          frontendPort !== backendPort &&
          `With a floating IP the ports are the same, not ${frontendPort} and ${backendPort}.`,
      },
      {
        property: "idleTimeoutInMinutes",
        code,
        message: idle !== undefined && (idle < 4 || idle > 100) && `An idle timeout is 4 to 100 minutes, not ${idle}.`,
      },
    ];
  },
);

/** Which collection a reference of a rule must lead into. */
const OWN_REFERENCES = [
  { property: "frontendIPConfiguration", collection: "frontendIPConfigurations", required: true },
  { property: "backendAddressPool", collection: "backendAddressPools", required: false },
  { property: "backendAddressPools", collection: "backendAddressPools", required: false },
  { property: "probe", collection: "probes", required: false },
] as const;

/** References inside the balancer, written as `$self/<collection>/<name>` or as full ids. */
const ownReferences: InputRule<LoadBalancerInputs> = {
  reads: OWN_REFERENCES.flatMap(({ property, collection }) => [
    `loadBalancingRules[].${property}`,
    `${collection}[].name`,
  ]),
  check: (inputs) =>
    (inputs.loadBalancingRules ?? []).flatMap((rule, index) =>
      OWN_REFERENCES.flatMap(({ property, collection, required }) => {
        const path = `loadBalancingRules[${index}].${property}`;
        const ids = [rule[property] ?? []].flat().map((reference) => reference.id);
        const names = (inputs[collection] ?? []).map((member) => member.name);
        if (required && ids.length === 0) {
          const message = `Load balancing rule ${rule.name} does not have a ${property} specified.`;
          return [{ path, code: "InvalidParameter", message }];
        }
        return ids
          .filter((id) => id !== undefined && !names.some((name) => sameName(name, armName(id))))
          .map((id) => ({
            path,
            code: "InvalidResourceReference",
            message: `Resource ${id} referenced by load balancing rule ${rule.name} was not found. The load balancer's ${collection}: ${names.join(", ") || "none"}.`,
          }));
      }),
    ),
};

const onePortPerPool: InputRule<LoadBalancerInputs> = {
  reads: ["protocol", "backendPort", "enableFloatingIP", "backendAddressPool", "backendAddressPools"].map(
    (property) => `loadBalancingRules[].${property}`,
  ),
  check: ({ loadBalancingRules = [] }) =>
    loadBalancingRules.flatMap((rule, index) => {
      const earlier = loadBalancingRules.slice(0, index).find((other) => sameTarget(other, rule));
      if (!earlier) return [];
      return [
        {
          path: `loadBalancingRules[${index}].backendPort`,
          code: "RulesUseSameBackendPortProtocolAndPool",
          message: `Load balancing rules ${earlier.name} and ${rule.name} with floating IP disabled use the same protocol ${rule.protocol} and backend port ${rule.backendPort}, and must not be used with the same backend address pool.`,
        },
      ];
    }),
};

const frontEnds = each<LoadBalancerInputs, FrontEnd>(
  "frontendIPConfigurations",
  ["subnet", "publicIPAddress", "zones"],
  ({ name, subnet, publicIPAddress, zones = [] }) => [
    {
      code: "InvalidParameter",
      message:
        (subnet === undefined) === (publicIPAddress === undefined) &&
        `Front end ${name} needs either a subnet or a public IP address; it has ${subnet ? "both" : "neither"}.`,
    },
    {
      property: "zones",
      code: "LoadBalancerFrontendIPConfigCannotHaveZoneWhenReferencingPublicIPAddress",
      message:
        publicIPAddress !== undefined &&
        zones.length > 0 &&
        `Front end ${name} has ${zones.length} zone specified and is referencing a publicIPAddress. Networking supports zones only for frontendIpconfigurations which reference a subnet.`,
    },
  ],
);

/** "A public load balancer or an internal one": each is one kind through and through. */
const oneKind = single<LoadBalancerInputs>(
  ["frontendIPConfigurations[].subnet", "frontendIPConfigurations[].publicIPAddress"],
  "frontendIPConfigurations",
  "InvalidParameter",
  ({ frontendIPConfigurations: all = [] }) =>
    all.some(({ subnet }) => subnet) &&
    all.some(({ publicIPAddress }) => publicIPAddress) &&
    "A load balancer is public or internal; for both use two load balancers.",
);

/** A rule for all ports: internal, and alone on its front end. */
const highAvailabilityPorts: InputRule<LoadBalancerInputs> = {
  reads: ["protocol", "frontendIPConfiguration"]
    .map((name) => `loadBalancingRules[].${name}`)
    .concat("frontendIPConfigurations[].publicIPAddress"),
  check: ({ loadBalancingRules = [], frontendIPConfigurations = [] }) =>
    loadBalancingRules.flatMap((rule, index) => {
      if (rule.protocol.toLowerCase() !== "all") return [];
      const frontEnd = armName(rule.frontendIPConfiguration?.id ?? "");
      const isPublic = frontendIPConfigurations.some((one) => sameName(one.name, frontEnd) && one.publicIPAddress);
      const beside = loadBalancingRules.some(
        (other) => other !== rule && sameName(armName(other.frontendIPConfiguration?.id ?? ""), frontEnd),
      );
      if (!isPublic && !beside) return [];
      const message = `HA ports rule ${rule.name} ${isPublic ? "needs an internal front end" : `can't share front end ${frontEnd} with other rules`}.`;
      return [{ path: `loadBalancingRules[${index}].protocol`, code: "InvalidParameter", message }];
    }),
};

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

function sameName(left: string | undefined, right: string): boolean {
  return left?.toLowerCase() === right.toLowerCase();
}

function sameTarget(left: BalancingRule, right: BalancingRule): boolean {
  const pools = (rule: BalancingRule): string[] =>
    [rule.backendAddressPool ?? [], rule.backendAddressPools ?? []].flat().flatMap(({ id }) => id?.toLowerCase() ?? []);
  return (
    !left.enableFloatingIP &&
    !right.enableFloatingIP &&
    left.protocol.toLowerCase() === right.protocol.toLowerCase() &&
    left.backendPort === right.backendPort &&
    pools(left).some((pool) => pools(right).includes(pool))
  );
}

export const loadBalancerRules = [
  standardSku,
  frontEnds,
  probes,
  balancingRules,
  ownReferences,
  onePortPerPool,
  oneKind,
  highAvailabilityPorts,
];
