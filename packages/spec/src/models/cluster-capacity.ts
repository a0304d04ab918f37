import type { ClusterSpec } from "../cluster";
import { balancedPorts } from "../cluster-firewall";
import { outboundMachines } from "../cluster-outbound";
import { subnetUse } from "../cluster-subnet";
import { subnetSizeOf } from "../network";
import { goesOut, outboundPortsOf } from "../outbound";
import { natGatewayPorts } from "./snat";
import type { SubnetSize } from "./subnet-size";

/** Connections that the machines can hold to one and the same destination: address, port and protocol. */
export interface ClusterOutbound {
  /** `natGateway` gives its ports to machines on demand, `loadBalancer` gave each machine its own. */
  way: "natGateway" | "loadBalancer";
  /** Public addresses that flows leave by. */
  addresses: number;
  /** Ports of one machine, or with a NAT gateway of all machines together. */
  ports: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
}

/** The way out of a cluster; nobody here knows that of an existing network. */
export function clusterOutbound(spec: ClusterSpec): ClusterOutbound | undefined {
  const { outbound } = spec.loadBalancer;
  if (goesOut(spec.loadBalancer)) {
    const taken = balancedPorts(spec).map(({ frontendPort }) => frontendPort);
    const { portsPerMachine, formula } = outboundPortsOf(outbound!, outboundMachines(spec), taken);
    return { way: "loadBalancer", addresses: outbound!.addresses, ports: portsPerMachine, formula };
  }
  return spec.network.existing ? undefined : { way: "natGateway", addresses: 1, ...natGatewayPorts(1) };
}

/** The smallest subnet that the machines and everything beside them fit in. */
export function clusterSubnet(spec: ClusterSpec): SubnetSize {
  return subnetSizeOf(spec.network, subnetUse(spec));
}
