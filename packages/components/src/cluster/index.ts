export type { ClusterLoadBalancerArgs, WindowsHaClusterArgs } from "./args";
export { WindowsHaCluster } from "./windows-ha-cluster";
