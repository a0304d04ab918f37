export type { BalancedPortArgs, LoadBalancerArgs, ProbeArgs, ProbeTimingArgs } from "./args";
export { LoadBalancer } from "./load-balancer";
