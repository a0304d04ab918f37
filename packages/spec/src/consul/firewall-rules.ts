import type { FirewallRuleSpec } from "../firewall";

const GOSSIP = 8301;
const RPC = 8300;

/** What agents of a datacenter say to each other. */
export function consulGossipRules(sources: readonly string[]): FirewallRuleSpec[] {
  return [
    { name: "allow-consul-gossip-tcp", port: GOSSIP, protocol: "Tcp", sources: [...sources] },
    { name: "allow-consul-gossip-udp", port: GOSSIP, protocol: "Udp", sources: [...sources] },
  ];
}

/** What servers are asked besides, by each other and by clients. */
export function consulServerRules(sources: readonly string[]): FirewallRuleSpec[] {
  return [
    { name: "allow-consul-rpc", port: RPC, protocol: "Tcp", sources: [...sources] },
    ...consulGossipRules(sources),
  ];
}
