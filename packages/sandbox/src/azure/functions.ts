import type { ClusterAccess } from "../data-plane";
import type { PropertyMap } from "../provider";
import { AzureError } from "./azure-error";
import type { ResourceStore } from "./resource-store";
import { ZERO_UUID } from "./subscription";
import { NOBODY } from "./types/managed-cluster";

interface Call {
  subscriptionId: string;
  args: PropertyMap;
  store: ResourceStore;
  clusters: ClusterAccess;
}

/** The functions (`getX`) that the sandbox answers. */
export const FUNCTIONS: Record<string, (call: Call) => PropertyMap> = {
  "azure-native:authorization:getClientConfig": ({ subscriptionId }) => ({
    clientId: ZERO_UUID,
    objectId: ZERO_UUID,
    subscriptionId,
    tenantId: ZERO_UUID,
  }),
  "azure-native:containerservice:getManagedCluster": (call) => foundIn(call, CLUSTERS),
  "azure-native:containerservice:listManagedClusterUserCredentials": (call) => {
    const { id, name } = foundIn(call, CLUSTERS) as { id: string; name: string };
    const config = kubeconfigOf(name, call.clusters.accessOf(id) ?? nobody(name));
    return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(config).toString("base64") }] };
  },
  "azure-native:managedidentity:getUserAssignedIdentity": (call) =>
    foundIn(call, "Microsoft.ManagedIdentity/userAssignedIdentities"),
};

/** Microsoft's application that API servers of AKS take tokens for, the same in every tenant. */
const SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630";
const CLUSTERS = "Microsoft.ContainerService/managedClusters";

/** An address that leads nowhere: no Kubernetes runs here, and the stand-in for its objects says so. */
function nobody(name: string): ReturnType<ClusterAccess["accessOf"]> & object {
  return { server: `https://${name}${NOBODY}:443`, authority: "the sandbox has no authority" };
}

/** As AKS answers for a cluster without local accounts: whoever asks signs in by Microsoft Entra ID. */
function kubeconfigOf(name: string, { server, authority }: { server: string; authority: string }): string {
  const user = "clusterUser";
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- cluster:",
    `    certificate-authority-data: ${Buffer.from(authority).toString("base64")}`,
    `    server: ${server}`,
    `  name: ${name}`,
    "contexts:",
    "- context:",
    `    cluster: ${name}`,
    `    user: ${user}`,
    `  name: ${name}`,
    `current-context: ${name}`,
    "users:",
    `- name: ${user}`,
    "  user:",
    "    exec:",
    "      apiVersion: client.authentication.k8s.io/v1beta1",
    "      command: kubelogin",
    `      args: [get-token, --server-id, ${SERVER_APPLICATION}, --login, devicecode]`,
    "",
  ].join("\n");
}

/** The resource of a type that a call names by `resourceGroupName` and `resourceName`. */
function foundIn({ subscriptionId, args, store }: Call, armType: string): PropertyMap {
  const { resourceGroupName, resourceName } = args as Record<string, string>;
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;
  const found = store.get(`${group}/providers/${armType}/${resourceName}`);
  if (found) return { ...(found.outputs as PropertyMap), id: found.id };
  throw new AzureError(
    "ResourceNotFound",
    `The Resource '${armType}/${resourceName}' under resource group '${resourceGroupName}' was not found.`,
  );
}
