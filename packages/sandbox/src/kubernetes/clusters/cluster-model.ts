import type { ResourceStore } from "../../azure/resource-store";
import { parentId, sameId } from "../../azure/arm-id";
import type { PoolInputs } from "../../azure/types/agent-pool-rules";
import type { ManagedClusterInputs } from "../../azure/types/managed-cluster-rules";
import { NetworkView } from "../../firewall/network-view";

/** A cluster on AKS as far as somebody has to do what is declared. */
export interface ClusterModel {
  id: string;
  region: string;
  nodeResourceGroup: string;
  /** The API server's name in Azure. */
  fqdn: string;
  /** Who issues the tokens of pods. */
  issuer: string;
  /** Of Kubernetes, as AKS answers it. */
  version: string;
  podCidr: string;
  serviceCidr: string;
  /** Whether the driver for secrets in volumes is there. */
  hasSecretsDriver: boolean;
  pools: PoolModel[];
}

export interface PoolModel {
  id: string;
  name: string;
  mode: string;
  os: "linux" | "windows";
  osSku: string;
  size: string;
  count: number;
  /** `["1", "2", "3"]`; empty: nobody says where the nodes are. */
  zones: readonly string[];
  labels: Readonly<Record<string, string>>;
  /** `key=value:effect` */
  taints: readonly string[];
  maxPods: number;
  /** Of Kubernetes on its nodes; undefined: the cluster's when a node is made, and none later. */
  version: string | undefined;
  /** Range of the nodes' subnet. */
  subnet: string;
  drainTimeoutMinutes: number;
  /** `2` or `33%` */
  maxSurge: string;
}

/** What AKS takes where nothing is declared (azure-aks-docs, configure-azure-cni.md and azure-cni-overlay.md). */
const AKS_NETWORK = { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16", subnet: "10.224.0.0/16" };
const AKS_POOL = { maxPods: 250, drainTimeoutMinutes: 30, maxSurge: "10%" };

type DeclaredPool = PoolInputs & { availabilityZones?: string[]; nodeLabels?: Record<string, string> };
type DeclaredCluster = ManagedClusterInputs & {
  location?: string;
  addonProfiles?: Record<string, { enabled?: boolean } | undefined>;
};
interface ClusterOutputs {
  fqdn: string;
  nodeResourceGroup: string;
  currentKubernetesVersion: string;
  oidcIssuerProfile?: { issuerURL?: string };
}

export const AGENT_POOL = "azure-native:containerservice:AgentPool";

/** @returns undefined when there is no such cluster */
export function readCluster(store: ResourceStore, id: string): ClusterModel | undefined {
  const found = store.get(id);
  if (!found) return undefined;
  const { location = "", networkProfile = {}, agentPoolProfiles = [], addonProfiles } = found.inputs as DeclaredCluster;
  const { fqdn, nodeResourceGroup, currentKubernetesVersion, oidcIssuerProfile } =
    found.outputs as unknown as ClusterOutputs;
  const others = store
    .list(AGENT_POOL)
    .filter((pool) => sameId(parentId(pool.id)!, id))
    .map(({ inputs }) => inputs as DeclaredPool);
  const network = new NetworkView(store);
  return {
    id,
    region: location.replaceAll(" ", "").toLowerCase(),
    nodeResourceGroup,
    fqdn,
    issuer: oidcIssuerProfile?.issuerURL ?? `https://${fqdn}/`,
    version: currentKubernetesVersion,
    podCidr: networkProfile.podCidr ?? AKS_NETWORK.podCidr,
    serviceCidr: networkProfile.serviceCidr ?? AKS_NETWORK.serviceCidr,
    hasSecretsDriver: addonProfiles?.["azureKeyvaultSecretsProvider"]?.enabled === true,
    pools: [...agentPoolProfiles, ...others].map((pool) => readPool(id, pool, network)),
  };
}

function readPool(clusterId: string, pool: DeclaredPool, network: NetworkView): PoolModel {
  const os = pool.osType === "Windows" ? "windows" : "linux";
  const name = (pool.agentPoolName ?? pool.name)!;
  return {
    id: `${clusterId}/agentPools/${name}`,
    name,
    mode: (pool.mode ?? "User").toLowerCase(),
    os,
    osSku: pool.osSKU ?? (os === "windows" ? "Windows2022" : "Ubuntu"),
    size: pool.vmSize ?? "Standard_D4ds_v5",
    count: pool.count ?? 1,
    zones: pool.availabilityZones ?? [],
    labels: pool.nodeLabels ?? {},
    taints: pool.nodeTaints ?? [],
    maxPods: pool.maxPods ?? AKS_POOL.maxPods,
    version: pool.orchestratorVersion,
    subnet: (pool.vnetSubnetID && network.subnet(pool.vnetSubnetID).prefix) ?? AKS_NETWORK.subnet,
    drainTimeoutMinutes: pool.upgradeSettings?.drainTimeoutInMinutes ?? AKS_POOL.drainTimeoutMinutes,
    maxSurge: pool.upgradeSettings?.maxSurge ?? AKS_POOL.maxSurge,
  };
}
