import { addressText, contains, overlaps, parseCidr, type Cidr } from "../cidr";
import type { Finding } from "../finding";
import { checkRange } from "../range-finding";

/** Where pods and services of a cluster have their addresses. */
export interface AksNetworkSpec {
  subnetId?: unknown;
  podCidr: string;
  serviceCidr: string;
  /** Left out: the tenth address of the services' range. */
  dnsServiceIp?: string;
  networkPolicy: string;
  /** Left out: a NAT gateway, Azure's or that of the subnet. */
  outboundType?: string;
}

/** Ranges that AKS keeps for itself (azure-aks-docs, concepts-network-ip-address-planning.md). */
const RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];
/** Each node takes so much of the pods' range. */
const NODE_PREFIX = 24;
/** The services' range has to be smaller than this. */
const LARGEST_SERVICES = 12;

/** @param around nodes of all pools with those of an upgrade, and the range of the nodes' own network where it is known */
export function checkAksNetwork(
  network: AksNetworkSpec,
  prefix: string,
  around: { nodes: number; addressSpace?: string },
): Finding[] {
  const wrong = (["podCidr", "serviceCidr"] as const).flatMap((name) =>
    checkRange(`${prefix}${name}`, network[name], "10.244.0.0/16"),
  );
  if (wrong.length > 0) return wrong;
  const pods = parseCidr(network.podCidr)!;
  const services = parseCidr(network.serviceCidr)!;
  return [
    ...checkPods(network, pods, prefix, around.nodes),
    ...checkServices(network, services, prefix),
    ...checkApart(network, prefix, around.addressSpace),
    ...checkOutbound(network, prefix),
    ...checkSubnetNames(network.subnetId, `${prefix}subnetId`),
  ];
}

function checkPods({ podCidr }: AksNetworkSpec, pods: Cidr, prefix: string, nodes: number): Finding[] {
  const room = pods.prefixLength > NODE_PREFIX ? 0 : 2 ** (NODE_PREFIX - pods.prefixLength);
  if (room >= nodes) return [];
  const length = NODE_PREFIX - Math.ceil(Math.log2(nodes));
  return [
    {
      rule: "pod-range",
      path: `${prefix}podCidr`,
      seen: `${JSON.stringify(podCidr)}, room for ${room} nodes`,
      allowed: `a /${NODE_PREFIX} for each of ${nodes} nodes, those that upgrades add included: /${length} or larger`,
      fix: "Choose a larger range now: with Windows nodes it can't grow.",
    },
  ];
}

function checkServices({ serviceCidr, dnsServiceIp }: AksNetworkSpec, services: Cidr, prefix: string): Finding[] {
  const findings: Finding[] = [];
  if (services.prefixLength <= LARGEST_SERVICES || services.prefixLength > 28) {
    findings.push({
      rule: "service-range",
      path: `${prefix}serviceCidr`,
      seen: JSON.stringify(serviceCidr),
      allowed: `a range smaller than /${LARGEST_SERVICES}, and not smaller than /28`,
      fix: `Write ${prefix}serviceCidr like "10.0.0.0/16".`,
    });
  }
  const address = dnsServiceIp === undefined ? undefined : parseCidr(dnsServiceIp);
  if (dnsServiceIp !== undefined && (!address || !contains(services, address) || address.first <= services.first + 1)) {
    findings.push({
      rule: "dns-address",
      path: `${prefix}dnsServiceIp`,
      seen: JSON.stringify(dnsServiceIp),
      allowed: `an address inside ${serviceCidr}, not one of its first two, which are the network's and the API server's`,
      fix: `Leave ${prefix}dnsServiceIp out, or take ${addressText(services.first + 10)}.`,
    });
  }
  return findings;
}

function checkApart({ podCidr, serviceCidr }: AksNetworkSpec, prefix: string, addressSpace?: string): Finding[] {
  const others = [...RESERVED, ...(addressSpace === undefined ? [] : [addressSpace])];
  const clashes = [
    ...others.map((other) => ({ name: "podCidr", range: podCidr, other })),
    ...[...others, podCidr].map((other) => ({ name: "serviceCidr", range: serviceCidr, other })),
  ].filter(({ range, other }) => overlaps(parseCidr(range)!, parseCidr(other)!));
  return clashes.map(({ name, range, other }) => ({
    rule: "range-overlap",
    path: `${prefix}${name}`,
    seen: JSON.stringify(range),
    allowed: `a range apart from ${other}${RESERVED.includes(other) ? ", which AKS keeps for itself" : ""}`,
    fix: "Choose ranges that nothing else in the network uses.",
  }));
}

function checkOutbound({ outboundType, subnetId }: AksNetworkSpec, prefix: string): Finding[] {
  const isGiven = subnetId !== undefined && subnetId !== null;
  const needsSubnet = outboundType === "userAssignedNATGateway" || outboundType === "userDefinedRouting";
  if (outboundType === undefined || (needsSubnet ? isGiven : outboundType !== "managedNATGateway" || !isGiven))
    return [];
  return [
    {
      rule: "outbound-type",
      path: `${prefix}outboundType`,
      seen: `${JSON.stringify(outboundType)}, ${isGiven ? "with" : "without"} subnetId`,
      allowed: needsSubnet
        ? "this type for nodes in a subnet of yours, which has the gateway or the route"
        : "another type for a subnet of yours: Azure puts its own gateway into its own networks only",
      fix: `Leave ${prefix}outboundType out${needsSubnet ? `, or give ${prefix}subnetId` : ""}.`,
    },
  ];
}

/** Azure's most for the names of a subnet, its network and their group, with an overlay (azure-aks-docs, azure-cni-overlay.md). */
const LONGEST_NAME = 63;

function checkSubnetNames(subnetId: unknown, path: string): Finding[] {
  if (typeof subnetId !== "string") return [];
  const [, group, network, subnet] =
    /\/resourceGroups\/([^/]+)\/.*\/virtualNetworks\/([^/]+)\/subnets\/([^/]+)/i.exec(subnetId) ?? [];
  return [group, network, subnet]
    .filter((name) => name !== undefined && name.length > LONGEST_NAME)
    .map((name) => ({
      rule: "overlay-name",
      path,
      seen: `${JSON.stringify(name)} (${name!.length} characters)`,
      allowed: `names of at most ${LONGEST_NAME} characters: of the subnet, its network and their resource group`,
      fix: "Take a subnet whose names are shorter.",
    }));
}

/** Where the cluster's DNS answers. */
export function dnsServiceIp({ dnsServiceIp: given, serviceCidr }: AksNetworkSpec): string {
  return given ?? addressText(parseCidr(serviceCidr)!.first + 10);
}

/** The way out, as Azure calls it. */
export function outboundTypeOf({ outboundType, subnetId }: AksNetworkSpec): string {
  const isGiven = subnetId !== undefined && subnetId !== null;
  return outboundType ?? (isGiven ? "userAssignedNATGateway" : "managedNATGateway");
}
