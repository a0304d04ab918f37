export { Compute, InstallTransport, Profile, type ClusterMachinesArgs } from "./args";
export type {
  ClusterArtifactStoreArgs,
  ClusterFirewallArgs,
  ClusterIdentityArgs,
  ClusterInstallArgs,
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
  OutboundPrediction,
  RollingUpdatePrediction,
  SlaPrediction,
  SubnetPrediction,
  SwitchoverPrediction,
} from "./prediction";
export type { ConsulArgs, ExistingConsulArgs } from "./consul-args";
export { WindowsHaCluster } from "./windows-ha-cluster";
