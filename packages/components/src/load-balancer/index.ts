export { SessionAffinity } from "./args";
export type {
  BalancedPortArgs,
  BalancerOutboundArgs,
  BalancingArgs,
  LoadBalancerArgs,
  OutboundArgs,
  ProbeArgs,
  ProbeTimingArgs,
} from "./args";
export { LoadBalancer } from "./load-balancer";
