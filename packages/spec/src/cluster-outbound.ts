import type { ClusterSpec } from "./cluster";
import { balancedPorts } from "./cluster-firewall";
import type { Finding } from "./finding";
import { checkOutbound, goesOut } from "./outbound";
import { mostMachines, surgeMachines } from "./rolling-upgrade";

type Outgoing = Pick<ClusterSpec, "compute" | "machines" | "loadBalancer" | "service">;

/** Machines that ever go out at the same time: a scale set creates the next one before the former one goes. */
export function outboundMachines({ compute, machines }: Pick<ClusterSpec, "compute" | "machines">): number {
  const beside = compute === "machines" ? 0 : Math.max(1, surgeMachines(machines));
  return mostMachines(machines) + beside;
}

/** @param network what was said about the network, before the defaults */
export function checkClusterOutbound(spec: Outgoing, network: Readonly<Record<string, unknown>>): Finding[] {
  const { loadBalancer } = spec;
  const ports = balancedPorts(spec).map(({ frontendPort }) => frontendPort);
  const findings = checkOutbound(loadBalancer, outboundMachines(spec), ports, "loadBalancer.");
  if (goesOut(loadBalancer) && network["natIdleTimeoutMinutes"] !== undefined) {
    findings.push({
      rule: "outbound-nat",
      path: "network.natIdleTimeoutMinutes",
      seen: "given, with loadBalancer.outbound",
      allowed: "nothing beside loadBalancer.outbound: there is no NAT gateway then",
      fix: "Set loadBalancer.idleTimeoutMinutes instead, which holds for outbound flows too.",
    });
  }
  return findings;
}
