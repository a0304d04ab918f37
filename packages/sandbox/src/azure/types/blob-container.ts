import { parentId } from "../arm-id";
import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";
import type { StorageAccountInputs } from "./storage-account";

interface ContainerInputs {
  containerName: string;
  publicAccess?: string;
}

const CONTAINER_NAME = /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

export const blobContainer = defineType<ContainerInputs>({
  token: "azure-native:storage:BlobContainer",
  armType: "Microsoft.Storage/storageAccounts/blobServices/containers",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}",
  autoName: "copy",
  location: "none",
  replaceOn: [],
  // Every account has its blob service.
  holder: accountOf,
  rules: [
    single<ContainerInputs>(
      ["containerName"],
      "containerName",
      "ContainerOperationFailure",
      ({ containerName }) =>
        !CONTAINER_NAME.test(containerName) &&
        `The specified resource name contains invalid characters: ${containerName}; allowed are 3 to 63 lower-case letters, digits and single hyphens.`,
    ),
  ],
  refusePlacement({ id, inputs, store }) {
    const account = store.get(accountOf(id))!.inputs as unknown as StorageAccountInputs;
    const { publicAccess = "None" } = inputs as unknown as ContainerInputs;
    return publicAccess !== "None" && account.allowBlobPublicAccess !== true
      ? new AzureError("PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
      : undefined;
  },
});

/** The account of a container's id. */
export function accountOf(containerId: string): string {
  return parentId(parentId(containerId)!)!;
}
