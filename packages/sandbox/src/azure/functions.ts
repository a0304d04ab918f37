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
  "azure-native:managedidentity:getUserAssignedIdentity": ({ subscriptionId, args, store }) => {
    const { resourceGroupName, resourceName } = args as Record<string, string>;
    const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;
    const found = store.get(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${resourceName}`);
    if (found) return { ...(found.outputs as PropertyMap), id: found.id };
    throw new AzureError(
      "ResourceNotFound",
      `The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/${resourceName}' under resource group '${resourceGroupName}' was not found.`,
    );
  },
};
