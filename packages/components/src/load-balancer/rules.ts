import type { network as inputs } from "@pulumi/azure-native/types/input";
import type { LoadBalancerSpec } from "@windows-ha/spec";

/** Names inside the balancer. They are part of ids, so they never change. */
export const FRONT_END = "clients";
export const BACKEND_POOL = "machines";
export const PROBE = "ready";

/** `$self` stands for the balancer's own id, which doesn't exist before its creation. */
const self = (collection: string, name: string): { id: string } => ({ id: `$self/${collection}/${name}` });

export function probe(spec: LoadBalancerSpec): inputs.ProbeArgs {
  return {
    name: PROBE,
    protocol: "Http",
    port: spec.probe.port,
    requestPath: spec.probe.path,
    intervalInSeconds: spec.probe.intervalSeconds,
    // `numberOfProbes` is not honoured by Azure; this one is.
    probeThreshold: spec.probe.threshold,
    noHealthyBackendsBehavior: "AllProbedDown",
  };
}

/** One rule per port. Machines go out through the NAT gateway, so no rule lends them its address. */
export function loadBalancingRules(spec: LoadBalancerSpec): inputs.LoadBalancingRuleArgs[] {
  return spec.ports.map((port) => ({
    name: port.name,
    protocol: "Tcp",
    frontendPort: port.frontendPort,
    backendPort: port.backendPort,
    frontendIPConfiguration: self("frontendIPConfigurations", FRONT_END),
    backendAddressPool: self("backendAddressPools", BACKEND_POOL),
    probe: self("probes", PROBE),
    loadDistribution: "Default",
    enableTcpReset: true,
    idleTimeoutInMinutes: spec.idleTimeoutMinutes,
    disableOutboundSnat: true,
  }));
}
