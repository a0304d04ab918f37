export { AksCluster } from "./aks-cluster";
export { CatalogAddress } from "./catalog-sync-args";
export type {
  CatalogSyncSettingsArgs,
  ConsulApiArgs,
  ConsulApiPortsArgs,
  ConsulCatalogSyncArgs,
} from "./catalog-sync-args";
export { KubeconfigLogin, NetworkPolicyEngine, NodeImageChannel, OutboundType, UpgradeChannel } from "./cluster-args";
export type {
  AdministratorsArgs,
  AksClusterArgs,
  AksNetworkArgs,
  AksRangesArgs,
  AksSettingsArgs,
  ApiServerArgs,
  ExistingAksClusterArgs,
  MaintenanceArgs,
  PrometheusArgs,
  RegistryArgs,
  SystemPoolArgs,
} from "./cluster-args";
export type { AksConsulArgs, ExistingAksConsulArgs } from "./consul-args";
export { ConsulCatalogSync } from "./consul-catalog-sync";
export type {
  AdoptedAksClusterArgs,
  AksSecretStoreArgs,
  HaAksSettingsArgs,
  WindowsHaAksClusterArgs,
} from "./ha-cluster-args";
export { WindowsBase } from "./image-args";
export type { WindowsImageArgs } from "./image-args";
export { NodeDiskType, WindowsOsSku } from "./node-pool-args";
export type {
  NodeAutoscaleArgs,
  NodeUpgradeArgs,
  WindowsNodePoolArgs,
  WindowsPoolSettingsArgs,
} from "./node-pool-args";
export type { AksClusterPrediction, ReplacementPrediction, RolloutPrediction, WorkloadPrediction } from "./prediction";
export { WindowsHaAksCluster } from "./windows-ha-aks-cluster";
export { WindowsImage } from "./windows-image";
export { WindowsNodePool } from "./windows-node-pool";
export { WindowsWorkload } from "./windows-workload";
export { ProbePreset, WindowsVersion, WorkloadRights } from "./workload-args";
export type {
  FederationArgs,
  PodAutoscaleArgs,
  PodProbesArgs,
  PodResourcesArgs,
  SidecarArgs,
  WindowsWorkloadArgs,
  WorkloadBalancerArgs,
  WorkloadIdentityArgs,
  WorkloadPolicyArgs,
  WorkloadRegistrationArgs,
  WorkloadSettingsArgs,
} from "./workload-args";
