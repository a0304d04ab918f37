import { contains, overlaps, parseCidr } from "./cidr";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { RESERVED_ADDRESSES, subnetSize, usableAddresses, type SubnetSize } from "./models/subnet-size";
import { checkPrivateEndpoints, PRIVATE_ENDPOINTS_FIELD, type PrivateEndpointSpec } from "./private-endpoints";
import { checkRange } from "./range-finding";
import { RESOURCE_ID, SUBNET_ID } from "./resource-id";
import type { Field, ObjectField } from "./shape";

/** The virtual network of a cluster. */
export interface NetworkSpec {
  addressSpace: string;
  machinesSubnet: string;
  /** Of Consul's servers, where a cluster has some. */
  consulSubnet: string;
  /** Left out: yes. */
  natGateway?: boolean;
  natIdleTimeoutMinutes: number;
  /** Azure services that know the machines by their subnet. */
  serviceEndpoints: string[];
  /** Ways to services, with addresses in the machines' subnet. */
  privateEndpoints: PrivateEndpointSpec[];
  flowLogs?: FlowLogsSpec;
}

/** Where flow logs are kept; ids of accounts and workspaces may come from other resources. */
export interface FlowLogsSpec {
  /** Left out: an account of the network's own. */
  storageAccountId?: unknown;
  retentionDays: number;
}

const range = (value: string): Field => ({
  kind: "string",
  default: value,
  allowed: `an IPv4 range by its first address, such as "${value}"`,
  pattern: /^\d+\.\d+\.\d+\.\d+\/\d+$/,
});

/** A network that is there already, by its parts. */
const EXISTING_NETWORK: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    machinesSubnetId: { ...SUBNET_ID, required: true },
    virtualNetworkId: RESOURCE_ID,
    consulSubnetId: SUBNET_ID,
  },
};

const FLOW_LOGS: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    storageAccountId: RESOURCE_ID,
    workspaceId: RESOURCE_ID,
    retentionDays: { kind: "integer", minimum: 1, maximum: 365, default: DEFAULTS.network.flowLogRetentionDays },
  },
};

export const NETWORK_FIELD: ObjectField = {
  kind: "object",
  fields: {
    addressSpace: range(DEFAULTS.network.addressSpace),
    machinesSubnet: range(DEFAULTS.network.machinesSubnet),
    consulSubnet: range(DEFAULTS.network.consulSubnet),
    natIdleTimeoutMinutes: {
      kind: "integer",
      minimum: 4,
      maximum: 120,
      default: DEFAULTS.network.natIdleTimeoutMinutes,
    },
    serviceEndpoints: {
      kind: "list",
      default: [],
      unique: true,
      maxItems: 20,
      of: {
        kind: "string",
        pattern: /^Microsoft\.[A-Za-z]+(\.[A-Za-z]+)?$/,
        allowed: 'the name of a service that has service endpoints, such as "Microsoft.Storage"',
      },
    },
    privateEndpoints: { ...PRIVATE_ENDPOINTS_FIELD, default: [] },
    flowLogs: FLOW_LOGS,
  },
};

/** `network` of a cluster. */
export const CLUSTER_NETWORK_FIELD: ObjectField = {
  kind: "object",
  fields: { ...NETWORK_FIELD.fields, existing: EXISTING_NETWORK },
};

/** What is said about a new network has no meaning for one that is there. */
export function checkExistingNetwork(clusterArgs: unknown, prefix: string): Finding[] {
  const { network } = (clusterArgs ?? {}) as { network?: Record<string, unknown> };
  if ((network?.["existing"] ?? undefined) === undefined) return [];
  return Object.keys(NETWORK_FIELD.fields)
    .filter((name) => (network?.[name] ?? undefined) !== undefined)
    .map((name) => ({
      rule: "existing-network",
      path: `${prefix}${name}`,
      seen: `given, with ${prefix}existing`,
      allowed: `nothing beside ${prefix}existing: who owns the network decides`,
      fix: `Leave ${prefix}${name} out, or ${prefix}existing.`,
    }));
}

/** Beside the machines: at least one that is being replaced, and the balancer's internal front end. */
const REPLACEMENTS = 1;
const FRONT_ENDS = 1;
/** Azure's own address for probes, DNS and the agent; a virtual network must not cover it. */
const AZURE_ADDRESS = "168.63.129.16";
/** Ranges that a virtual network must not touch: multicast, broadcast, loopback, link-local (virtual-networks-faq.md). */
const RESERVED_RANGES = ["224.0.0.0/4", "255.255.255.255/32", "127.0.0.0/8", "169.254.0.0/16"];

/** Who needs an address of the machines' subnet, beside the network's own private endpoints and one front end. */
export interface SubnetUse {
  machines: number;
  /** Machines that an upgrade creates before it takes others out. */
  surge: number;
  /** Private endpoints of the stores. */
  storeEndpoints: number;
}

/** The smallest subnet for them, and for the network's own private endpoints. */
export function subnetSizeOf(
  { privateEndpoints }: Pick<NetworkSpec, "privateEndpoints">,
  { machines, surge, storeEndpoints }: SubnetUse,
): SubnetSize {
  return subnetSize({
    machines,
    surge: Math.max(REPLACEMENTS, surge),
    growth: 0,
    frontEnds: FRONT_ENDS,
    endpoints: storeEndpoints + privateEndpoints.length,
  });
}

/** What the shape can't say about a network that all of its users have to fit in. */
export function checkNetwork(
  network: NetworkSpec,
  prefix: string,
  { machines, surge, storeEndpoints }: SubnetUse = { machines: 1, surge: 0, storeEndpoints: 0 },
): Finding[] {
  const findings = (["addressSpace", "machinesSubnet"] as const).flatMap((name) =>
    checkRange(`${prefix}${name}`, network[name], "10.20.0.0/16"),
  );
  if (findings.length > 0) return findings;

  const space = parseCidr(network.addressSpace)!;
  const subnet = parseCidr(network.machinesSubnet)!;
  if (!contains(space, subnet)) {
    findings.push({
      rule: "subnet-in-space",
      path: `${prefix}machinesSubnet`,
      seen: JSON.stringify(network.machinesSubnet),
      allowed: `a range inside ${prefix}addressSpace (${network.addressSpace})`,
      fix: `Choose a subnet inside ${network.addressSpace}, or widen ${prefix}addressSpace.`,
    });
  }
  if (contains(space, parseCidr(AZURE_ADDRESS)!)) {
    findings.push({
      rule: "azure-address",
      path: `${prefix}addressSpace`,
      seen: JSON.stringify(network.addressSpace),
      allowed: `a range without ${AZURE_ADDRESS}, which Azure uses for health probes and DNS`,
      fix: "Choose a private range such as 10.20.0.0/16.",
    });
  }
  const reserved = RESERVED_RANGES.find((range) => overlaps(space, parseCidr(range)!));
  if (reserved !== undefined) {
    findings.push({
      rule: "reserved-range",
      path: `${prefix}addressSpace`,
      seen: JSON.stringify(network.addressSpace),
      allowed: `a range apart from ${RESERVED_RANGES.join(", ")}, which no virtual network takes`,
      fix: "Choose a private range such as 10.20.0.0/16.",
    });
  }
  findings.push(...checkPrivateEndpoints(network.privateEndpoints, `${prefix}privateEndpoints`));
  const size = subnetSizeOf(network, { machines, surge, storeEndpoints });
  const endpoints = storeEndpoints + network.privateEndpoints.length;
  if (subnet.prefixLength > size.prefixLength) {
    const usable = usableAddresses(subnet.prefixLength);
    const uses = [
      "machines",
      "front end",
      surge > 1 ? `${surge} of a rolling upgrade's new machines` : "one replacement",
      ...(endpoints > 0 ? [`private endpoints: ${endpoints}`] : []),
    ];
    findings.push({
      rule: "subnet-size",
      path: `${prefix}machinesSubnet`,
      seen: `${JSON.stringify(network.machinesSubnet)} (${usable} usable addresses; Azure keeps ${RESERVED_ADDRESSES})`,
      allowed: `at least ${size.needed} usable addresses (${uses.join(", ")})`,
      fix: `Give ${prefix}machinesSubnet a prefix of /${size.prefixLength} or shorter; /22 leaves room to grow.`,
    });
  }
  return findings;
}
