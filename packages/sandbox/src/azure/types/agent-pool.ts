import { AzureError } from "../azure-error";
import { parentId, sameId } from "../arm-id";
import { missingReference } from "../references";
import { defineType, type InputRule } from "../resource-type";
import { poolFindings, POOL_READS, type PoolInputs } from "./agent-pool-rules";
import { windowsNetworkProblem, type ManagedClusterInputs } from "./managed-cluster-rules";

const pool: InputRule<PoolInputs> = {
  reads: ["agentPoolName", ...POOL_READS],
  check: (inputs) => poolFindings(inputs, "", "agentPoolName"),
};

/** What AKS keeps of a pool for good (azure-aks-docs, create-node-pools.md). */
const FIXED = [
  "osType",
  "osSKU",
  "vmSize",
  "availabilityZones",
  "maxPods",
  "osDiskType",
  "osDiskSizeGB",
  "vnetSubnetID",
  "enableEncryptionAtHost",
];

export const agentPool = defineType<PoolInputs>({
  token: "azure-native:containerservice:AgentPool",
  armType: "Microsoft.ContainerService/managedClusters/agentPools",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/{resourceName}/agentPools/{agentPoolName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  extraEnumValues: { "azure-native:containerservice:AgentPool.osSKU": ["Windows2025"] },
  rules: [pool],
  immutables: FIXED.map((path) => ({
    path,
    code: "PropertyChangeNotAllowed",
    message: `Changing property '${path}' is not allowed.`,
  })),
  refusePlacement({ id, inputs, store }) {
    const { osType, vnetSubnetID } = inputs as PoolInputs;
    const clusterId = parentId(id)!;
    const cluster = store.get(clusterId)?.inputs as ManagedClusterInputs | undefined;
    const inline = (cluster?.agentPoolProfiles ?? []).some(({ name }) => sameId(`${clusterId}/agentPools/${name}`, id));
    if (inline) return new AzureError("Conflict", `The agent pool ${id} is declared in its cluster already.`);
    if (osType === "Windows" && cluster) {
      if (cluster.windowsProfile === undefined) {
        return new AzureError(
          "InvalidParameter",
          "Windows agent pools need a cluster that was created with a Windows profile.",
        );
      }
      const problem = windowsNetworkProblem(cluster.networkProfile ?? {});
      if (problem) return new AzureError("InvalidParameter", problem);
    }
    return missingReference(store, id, [vnetSubnetID]);
  },
  machinesOf: ({ id }) => parentId(id)!,
  compute: ({ inputs }) => ({ currentOrchestratorVersion: (inputs as PoolInputs).orchestratorVersion ?? "1.35" }),
});
