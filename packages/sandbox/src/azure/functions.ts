import type { PropertyMap } from "../provider";
import { AzureError } from "./azure-error";
import type { ResourceStore } from "./resource-store";
import { ZERO_UUID } from "./subscription";

interface Call {
  subscriptionId: string;
  args: PropertyMap;
  store: ResourceStore;
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
    const { name } = foundIn(call, CLUSTERS) as { name: string };
    return { kubeconfigs: [{ name: "clusterUser", value: Buffer.from(kubeconfigOf(name)).toString("base64") }] };
  },
  "azure-native:managedidentity:getUserAssignedIdentity": (call) =>
    foundIn(call, "Microsoft.ManagedIdentity/userAssignedIdentities"),
};

const CLUSTERS = "Microsoft.ContainerService/managedClusters";

/** Leads nowhere: no Kubernetes runs here, and the stand-in for its objects says so. */
function kubeconfigOf(name: string): string {
  return [
    "apiVersion: v1",
    "kind: Config",
    "clusters:",
    "- cluster:",
    `    certificate-authority-data: ${Buffer.from("the sandbox has no authority").toString("base64")}`,
    `    server: https://${name}.sandbox.invalid:443`,
    `  name: ${name}`,
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
