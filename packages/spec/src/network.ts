import { contains, isCanonicalCidr, parseCidr } from "./cidr";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import type { Field, ObjectField } from "./shape";

/** The virtual network of a cluster. */
export interface NetworkSpec {
  addressSpace: string;
  machinesSubnet: string;
  natIdleTimeoutMinutes: number;
}

const range = (value: string): Field => ({
  kind: "string",
  default: value,
  allowed: `an IPv4 range by its first address, such as "${value}"`,
  pattern: /^\d+\.\d+\.\d+\.\d+\/\d+$/,
});

export const NETWORK_FIELD: ObjectField = {
  kind: "object",
  fields: {
    addressSpace: range(DEFAULTS.network.addressSpace),
    machinesSubnet: range(DEFAULTS.network.machinesSubnet),
    natIdleTimeoutMinutes: {
      kind: "integer",
      minimum: 4,
      maximum: 120,
      default: DEFAULTS.network.natIdleTimeoutMinutes,
    },
  },
};

/** Addresses that Azure keeps in every subnet. */
const RESERVED_ADDRESSES = 5;
/** Azure's own address for probes, DNS and the agent; a virtual network must not cover it. */
const AZURE_ADDRESS = "168.63.129.16";

/** What the shape can't say about a network that `machines` instances (and one front end) have to fit in. */
export function checkNetwork(network: NetworkSpec, prefix: string, machines?: number): Finding[] {
  const findings = (["addressSpace", "machinesSubnet"] as const)
    .filter((name) => !isCanonicalCidr(network[name]))
    .map((name): Finding => ({
      rule: "cidr",
      path: `${prefix}${name}`,
      seen: JSON.stringify(network[name]),
      allowed: "an IPv4 range by its first address, prefix length 0 to 32",
      fix: `Write ${prefix}${name} like "10.20.0.0/16".`,
    }));
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
  const usable = subnet.last - subnet.first + 1 - RESERVED_ADDRESSES;
  // One address for the balancer's front end, one for a machine that is being replaced.
  const needed = (machines ?? 1) + 2;
  if (usable < needed) {
    findings.push({
      rule: "subnet-size",
      path: `${prefix}machinesSubnet`,
      seen: `${JSON.stringify(network.machinesSubnet)} (${Math.max(usable, 0)} usable addresses; Azure keeps ${RESERVED_ADDRESSES})`,
      allowed: `at least ${needed} usable addresses (machines, front end, one replacement)`,
      fix: `Give ${prefix}machinesSubnet a shorter prefix, for example a /22.`,
    });
  }
  return findings;
}
