import type { Finding } from "./finding";
import { MOST_PORTS_PER_MACHINE, outboundPorts, PORTS_PER_ADDRESS, type OutboundPorts } from "./models/snat";
import type { ObjectField } from "./shape";

/** Machines that go out by the public address of their balancer, instead of a NAT gateway. */
export interface OutboundSpec {
  enabled: boolean;
  addresses: number;
  connectionsPerMachine?: number;
}

/** Azure's most addresses of a NAT gateway, and far below a balancer's 600 front ends. */
const MOST_ADDRESSES = 16;

export const OUTBOUND_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    enabled: { kind: "boolean", default: true },
    addresses: { kind: "integer", minimum: 1, maximum: MOST_ADDRESSES, default: 1 },
    connectionsPerMachine: { kind: "integer", minimum: 1, maximum: MOST_PORTS_PER_MACHINE },
  },
};

interface Outgoing {
  public: boolean;
  outbound?: OutboundSpec;
}

/** Whether the balancer takes its machines out. */
export function goesOut({ outbound }: Pick<Outgoing, "outbound">): boolean {
  return outbound?.enabled ?? false;
}

/** Ports of each machine, with as many machines as there will ever be: a change would cut off who is connected. */
export function outboundPortsOf(
  { addresses }: Pick<OutboundSpec, "addresses">,
  machines: number,
  frontEndPorts: readonly number[],
): OutboundPorts {
  return outboundPorts({ frontendIps: addresses, machines, frontEndPorts });
}

/** @param frontEndPorts ports of the public front end's rules, which take outbound ports away */
export function checkOutbound(
  balancer: Outgoing,
  machines: number,
  frontEndPorts: readonly number[],
  prefix: string,
): Finding[] {
  const { outbound } = balancer;
  if (!outbound?.enabled) return [];
  if (!balancer.public) {
    return [
      {
        rule: "outbound-public",
        path: `${prefix}outbound`,
        seen: "given, without a public address",
        allowed: "outbound rules of a public address; an internal balancer takes nobody out",
        fix: `Leave ${prefix}outbound out: the machines go out by the network's NAT gateway. Or set ${prefix}public to true.`,
      },
    ];
  }
  const { connectionsPerMachine: wanted = 0, addresses } = outbound;
  const { portsPerMachine, formula } = outboundPortsOf(outbound, machines, frontEndPorts);
  if (wanted <= portsPerMachine) return [];
  const enough = addressesFor(wanted, machines, frontEndPorts);
  return [
    {
      rule: "outbound-ports",
      path: `${prefix}outbound.connectionsPerMachine`,
      seen: `${wanted} with ${machines} machines and ${addresses} of the addresses`,
      allowed: `at most ${portsPerMachine}: ${formula}`,
      fix:
        enough === undefined
          ? `Leave ${prefix}outbound out: a NAT gateway gives its ports to machines on demand.`
          : `Set ${prefix}outbound.addresses to ${enough}, or leave ${prefix}outbound out: a NAT gateway gives its ports on demand.`,
    },
  ];
}

function addressesFor(wanted: number, machines: number, frontEndPorts: readonly number[]): number | undefined {
  const least = Math.max(1, Math.floor((wanted * machines) / PORTS_PER_ADDRESS));
  return Array.from({ length: Math.max(0, MOST_ADDRESSES - least + 1) }, (_, more) => least + more).find(
    (addresses) => outboundPortsOf({ addresses }, machines, frontEndPorts).portsPerMachine >= wanted,
  );
}
