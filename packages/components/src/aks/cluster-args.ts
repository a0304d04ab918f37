import type * as pulumi from "@pulumi/pulumi";
import type { Day } from "../scale-set/args";
import type { PlacementArgs } from "../common/placement";

/** How far AKS updates Kubernetes by itself. */
export const UpgradeChannel = {
  None: "none",
  Patch: "patch",
  Stable: "stable",
  Rapid: "rapid",
  NodeImage: "node-image",
} as const;
/**
 * `patch`: within the minor version · `stable`, `rapid`: the last but one and the newest minor version, too ·
 * `node-image`: images of nodes alone · `none`: somebody does it.
 */
export type UpgradeChannel = (typeof UpgradeChannel)[keyof typeof UpgradeChannel];

/** How Windows and Linux of the nodes get updates. */
export const NodeImageChannel = { NodeImage: "NodeImage", None: "None" } as const;
/** `NodeImage`: new images in the maintenance window, node by node · `None`: somebody does it. */
export type NodeImageChannel = (typeof NodeImageChannel)[keyof typeof NodeImageChannel];

/** Who holds pods to network policies. */
export const NetworkPolicyEngine = { Calico: "calico", None: "none" } as const;
/** `calico`, which runs on Windows and Linux · `none`: policies do nothing. */
export type NetworkPolicyEngine = (typeof NetworkPolicyEngine)[keyof typeof NetworkPolicyEngine];

/** How nodes go out. */
export const OutboundType = {
  UserAssignedNatGateway: "userAssignedNATGateway",
  ManagedNatGateway: "managedNATGateway",
  LoadBalancer: "loadBalancer",
  UserDefinedRouting: "userDefinedRouting",
} as const;
/**
 * `userAssignedNATGateway`: by the gateway of the given subnet · `managedNATGateway`: by one of Azure's own, in a network
 * of its own · `loadBalancer`: by Azure's balancer · `userDefinedRouting`: by the given subnet's routes.
 */
export type OutboundType = (typeof OutboundType)[keyof typeof OutboundType];

/** How whoever uses the kubeconfig proves who they are. */
export const KubeconfigLogin = {
  AzureCli: "azurecli",
  WorkloadIdentity: "workloadidentity",
  ManagedIdentity: "msi",
  ServicePrincipal: "spn",
} as const;
/** What `kubelogin get-token --login` takes; all but `azurecli` need variables of the environment. */
export type KubeconfigLogin = (typeof KubeconfigLogin)[keyof typeof KubeconfigLogin];

/** When AKS may update the cluster and its nodes; once a week. */
export interface MaintenanceArgs {
  /** @default "Sunday" */
  dayOfWeek?: Day;
  /**
   * Time of day, `utcOffset` counted in.
   * @default "02:00"
   */
  startTime?: string;
  /**
   * Offset from UTC, such as `+01:00`.
   * @default "+00:00"
   */
  utcOffset?: string;
  /**
   * Hours, 4 to 24.
   * @default 4
   */
  durationHours?: number;
}

/** The nodes with Linux, on which Kubernetes' own pods run, and nothing else. */
export interface SystemPoolArgs {
  /**
   * Nodes, 2 to 1000; with `maximum`, at the beginning and at the least.
   * @default 3
   */
  count?: number;
  /**
   * The most nodes, between which and `count` AKS decides.
   * @default none: AKS doesn't decide
   */
  maximum?: number;
  /**
   * Size of the machines: at least 4 processors, not of the series B.
   * @default "Standard_D4ds_v5"
   */
  size?: string;
  /**
   * Availability zones.
   * @default ["1", "2", "3"]
   */
  zones?: string[];
}

/** Addresses inside the cluster. */
export interface AksRangesArgs {
  /**
   * Addresses of pods, a /24 for each node. It can't grow once there are Windows nodes.
   * @default "10.244.0.0/16" (S3-41)
   */
  podCidr?: string;
  /**
   * Addresses of services, smaller than /12.
   * @default "10.0.0.0/16"
   */
  serviceCidr?: string;
  /**
   * Address of the cluster's DNS, inside `serviceCidr`.
   * @default its tenth address
   */
  dnsServiceIp?: string;
  /** @default "calico" */
  networkPolicy?: NetworkPolicyEngine;
}

/** The network of a cluster: Azure CNI in overlay mode, the only one for Windows nodes that wastes no addresses. */
export interface AksNetworkArgs extends AksRangesArgs {
  /**
   * Subnet of the system nodes. The cluster's identity gets the role Network Contributor there.
   * @default a network of Azure's own
   */
  subnetId?: pulumi.Input<string>;
  /** @default the gateway of the given subnet, else one of Azure's own */
  outboundType?: OutboundType;
}

/** Who reaches the API server. */
export interface ApiServerArgs {
  /**
   * Whether it has an address in the network alone. Whoever deploys has to be there, too.
   * @default false
   */
  private?: boolean;
  /**
   * Public addresses and ranges of whoever uses kubectl or Pulumi, at most 200.
   * @default [], so that the cluster's own nodes alone reach it
   */
  allowFrom?: pulumi.Input<string>[];
}

/** Who may do everything in the cluster; everybody else needs a role of Azure's or Kubernetes' own. */
export interface AdministratorsArgs {
  /**
   * Object ids of groups in Microsoft Entra ID, at most 20.
   * @default []
   */
  groupObjectIds?: pulumi.Input<string>[];
  /**
   * Whether whoever deploys gets the role Azure Kubernetes Service RBAC Cluster Admin, without which no objects of
   * Kubernetes can be deployed.
   * @default true
   */
  deployer?: boolean;
}

/** A registry that nodes may pull images from. */
export interface RegistryArgs {
  /** What it is called in the program: 1 to 50 letters, digits, hyphens; used once per cluster. */
  name: string;
  /** Id of the container registry in Azure Resource Manager: the nodes' identity gets the role AcrPull there. */
  id: pulumi.Input<string>;
}

/** Metrics in Azure's managed Prometheus. */
export interface PrometheusArgs {
  /** Id of the data collection rule that leads them to a workspace. */
  dataCollectionRuleId: pulumi.Input<string>;
}

/** A cluster that is there already. */
export interface ExistingAksClusterArgs {
  /** Its name; `resourceGroupName` is its group. */
  clusterName: pulumi.Input<string>;
}

/** What a cluster says about itself, whatever is around it. */
export interface AksSettingsArgs {
  /**
   * Version of Kubernetes, such as `1.35`; a full one only with `upgradeChannel` "none" or "node-image".
   * @default the region's
   */
  kubernetesVersion?: string;
  /** @default "patch" */
  upgradeChannel?: UpgradeChannel;
  /** @default "NodeImage" */
  nodeImageChannel?: NodeImageChannel;
  maintenance?: MaintenanceArgs;
  systemPool?: SystemPoolArgs;
  apiServer?: ApiServerArgs;
  administrators?: AdministratorsArgs;
  /**
   * Registries that nodes may pull images from, at most 50.
   * @default []
   */
  registries?: RegistryArgs[];
  /**
   * Metrics in Azure's managed Prometheus.
   * @default none
   */
  prometheus?: PrometheusArgs;
  /**
   * Seconds between two looks of the nodes for new versions of secrets, 60 to 86400.
   * @default 300
   */
  secretRotationSeconds?: number;
  /**
   * Whether Windows is licensed already.
   * @default false
   */
  hybridBenefit?: boolean;
  /** @default "azurecli" */
  login?: KubeconfigLogin;
}

/** Arguments of {@link AksCluster}. */
export interface AksClusterArgs extends PlacementArgs, AksSettingsArgs {
  network?: AksNetworkArgs;
  /**
   * A cluster that is there already: it is left as it is, and everything but `login` stays out.
   * @default a new cluster
   */
  existing?: ExistingAksClusterArgs;
}
