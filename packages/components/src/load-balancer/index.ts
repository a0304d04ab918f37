export { SessionAffinity } from "./args";
export type { BalancedPortArgs, BalancingArgs, LoadBalancerArgs, ProbeArgs, ProbeTimingArgs } from "./args";
export { LoadBalancer } from "./load-balancer";
