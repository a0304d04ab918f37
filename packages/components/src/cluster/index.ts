export { Compute, Profile, type ClusterMachinesArgs } from "./args";
export type {
  ClusterFirewallArgs,
  ClusterLoadBalancerArgs,
  ClusterNetworkArgs,
  ClusterPortArgs,
  ClusterSecretStoreArgs,
  NetworkReferenceArgs,
  WindowsHaClusterArgs,
} from "./args";
export type {
  ClusterPrediction,
  CostPrediction,
  CostPredictionItem,
  RollingUpdatePrediction,
  SlaPrediction,
  SwitchoverPrediction,
} from "./prediction";
export { WindowsHaCluster } from "./windows-ha-cluster";
