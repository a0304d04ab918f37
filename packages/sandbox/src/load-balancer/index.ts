export { askHttp, askTcp, type Answer } from "./ask";
export type { BackEndMachine, BackEndMachines } from "./back-end";
export { atCadence } from "./cadence";
export { EndpointCount, type EndpointState } from "./endpoint-state";
export { LoadBalancers, type LoadBalancersOptions } from "./load-balancers";
export { balancingRules, type BalancingRule } from "./rules";
