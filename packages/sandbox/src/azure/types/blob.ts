import { INTERNET_CLIENT } from "../../firewall/identities";
import { parentId } from "../arm-id";
import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";
import { accountOf } from "./blob-container";
import type { StorageAccountInputs } from "./storage-account";
import { admitsAddress } from "./storage-firewall";

/** A `FileAsset` as the engine sends it. */
export interface FileSource {
  path?: string;
  hash?: string;
}

export interface BlobInputs {
  accountName: string;
  containerName: string;
  blobName: string;
  source?: FileSource;
}

export const blob = defineType<BlobInputs>({
  token: "azure-native:storage:Blob",
  armType: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}/blobs/{blobName}",
  autoName: "copy",
  location: "none",
  replaceOn: ["type", "source", "contentMd5"],
  rules: [
    single<BlobInputs>(
      ["source"],
      "source",
      "InvalidParameter",
      ({ source }) =>
        source !== undefined &&
        (typeof source.path !== "string" || typeof source.hash !== "string") &&
        "The sandbox uploads files only; give a FileAsset.",
    ),
  ],
  refusePlacement({ id, store }) {
    const account = store.get(accountOf(parentId(id)!))!.inputs as unknown as StorageAccountInputs;
    return refuseKey(account) ?? refuseNetwork(account);
  },
  provide: async ({ inputs }, dataPlane) => {
    const { source } = inputs as unknown as BlobInputs;
    if (source) await dataPlane.blobs.keep({ path: source.path!, hash: source.hash! });
  },
  compute({ inputs }, _base, dataPlane) {
    const { accountName, containerName, blobName } = inputs as unknown as BlobInputs;
    return { url: `${dataPlane.blobs.endpoint(accountName)}/${containerName}/${blobName}` };
  },
});

/** azure-native uploads with the account's key, which it lists by itself. */
function refuseKey({ allowSharedKeyAccess }: StorageAccountInputs): AzureError | undefined {
  return allowSharedKeyAccess === false
    ? new AzureError(
        "KeyBasedAuthenticationNotPermitted",
        "Key based authentication is not permitted on this storage account.",
      )
    : undefined;
}

/** Whoever deploys comes from the Internet, as a client of a public front end does. */
function refuseNetwork(account: StorageAccountInputs): AzureError | undefined {
  if (admitsAddress(account, INTERNET_CLIENT)) return undefined;
  return new AzureError(
    "AuthorizationFailure",
    `This request is not authorized to perform this operation. (The account's firewall doesn't admit ${INTERNET_CLIENT}, from which the sandbox uploads.)`,
  );
}
