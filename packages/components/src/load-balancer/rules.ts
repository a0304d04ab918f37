import type { network as inputs } from "@pulumi/azure-native/types/input";
import { outboundPortsOf, type LoadBalancerSpec } from "@windows-ha/spec";

/** Names inside the balancer. They are part of ids, so they never change. */
export const FRONT_END = "clients";
export const BACKEND_POOL = "machines";
export const PROBE = "ready";

export type FrontEndKind = "internal" | "public";

/** `$self` stands for the balancer's own id, which doesn't exist before its creation. */
const self = (collection: string, name: string): { id: string } => ({ id: `$self/${collection}/${name}` });

export function probe(spec: LoadBalancerSpec): inputs.ProbeArgs {
  return {
    name: PROBE,
    // Of a certificate Azure's probe asks neither name nor issuer.
    protocol: spec.probe.scheme === "https" ? "Https" : "Http",
    port: spec.probe.port,
    requestPath: spec.probe.path,
    intervalInSeconds: spec.probe.intervalSeconds,
    // `numberOfProbes` is not honoured by Azure; this one is.
    probeThreshold: spec.probe.threshold,
    noHealthyBackendsBehavior: "AllProbedDown",
  };
}

const LOAD_DISTRIBUTION: Readonly<Record<LoadBalancerSpec["sessionAffinity"], string>> = {
  none: "Default",
  clientIp: "SourceIP",
  clientIpProtocol: "SourceIPProtocol",
};

/** The one rule of an internal front end that balances everything: port 0 of the protocol All. */
const ALL_PORTS = { name: "all-ports", frontendPort: 0, backendPort: 0, protocol: "All" } as const;

/** One rule per port. None lends machines its address to go out by: ports would be shared by chance. */
export function loadBalancingRules(spec: LoadBalancerSpec, kind: FrontEndKind): inputs.LoadBalancingRuleArgs[] {
  const ports = spec.haPorts && kind === "internal" ? [ALL_PORTS] : spec.ports;
  return ports.map((port) => ({
    name: port.name,
    protocol: port.protocol,
    frontendPort: port.frontendPort,
    backendPort: port.backendPort,
    frontendIPConfiguration: self("frontendIPConfigurations", FRONT_END),
    backendAddressPool: self("backendAddressPools", BACKEND_POOL),
    probe: self("probes", PROBE),
    loadDistribution: LOAD_DISTRIBUTION[spec.sessionAffinity],
    // There is nothing to reset in Udp.
    ...(port.protocol === "Udp" ? {} : { enableTcpReset: spec.tcpReset }),
    idleTimeoutInMinutes: spec.idleTimeoutMinutes,
    disableOutboundSnat: true,
  }));
}

/** The clients' front end comes first; its name is part of ids, so it is the same with and without more of them. */
export function publicFrontEndName(index: number): string {
  return index === 0 ? FRONT_END : `outbound-${index + 1}`;
}

/** Takes every machine out by all public addresses, each with ports of its own. */
export function outboundRule({
  outbound,
  ports,
  tcpReset,
  idleTimeoutMinutes,
}: LoadBalancerSpec): inputs.OutboundRuleArgs {
  const { addresses, machines } = outbound!;
  const taken = ports.map(({ frontendPort }) => frontendPort);
  return {
    name: "machines",
    protocol: "All",
    frontendIPConfigurations: Array.from({ length: addresses }, (_, index) =>
      self("frontendIPConfigurations", publicFrontEndName(index)),
    ),
    backendAddressPool: self("backendAddressPools", BACKEND_POOL),
    allocatedOutboundPorts: outboundPortsOf(outbound!, machines, taken).portsPerMachine,
    enableTcpReset: tcpReset,
    idleTimeoutInMinutes: idleTimeoutMinutes,
  };
}
