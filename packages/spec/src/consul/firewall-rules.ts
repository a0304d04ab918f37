import type { FirewallRuleSpec } from "../firewall";
import { CONSUL_API_PORTS } from "./configuration";

const GOSSIP = 8301;
const RPC = 8300;

/** What agents of a datacenter say to each other. */
export function consulGossipRules(sources: readonly string[]): FirewallRuleSpec[] {
  return [
    { name: "allow-consul-gossip-tcp", port: GOSSIP, protocol: "Tcp", sources: [...sources] },
    { name: "allow-consul-gossip-udp", port: GOSSIP, protocol: "Udp", sources: [...sources] },
  ];
}

/**
 * What servers are asked besides, by each other and by clients.
 *
 * @param apiRanges of those who have no agent
 */
export function consulServerRules(sources: readonly string[], apiRanges: readonly string[] = []): FirewallRuleSpec[] {
  const open = (name: string, port: number): FirewallRuleSpec => ({
    name,
    port,
    protocol: "Tcp",
    sources: [...apiRanges],
  });
  return [
    { name: "allow-consul-rpc", port: RPC, protocol: "Tcp", sources: [...sources] },
    ...consulGossipRules(sources),
    ...(apiRanges.length === 0
      ? []
      : [open("allow-consul-https", CONSUL_API_PORTS.https), open("allow-consul-grpc", CONSUL_API_PORTS.grpc_tls)]),
  ];
}
