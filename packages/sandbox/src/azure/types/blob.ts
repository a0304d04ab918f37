import { INTERNET_CLIENT } from "../../firewall/identities";
import type { ArchivedAsset } from "../../storage/archives";
import { parentId } from "../arm-id";
import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import { single } from "../rule-helpers";
import { accountOf } from "./blob-container";
import type { StorageAccountInputs } from "./storage-account";
import { admitsAddress } from "./storage-firewall";

/** A `FileAsset`, a `StringAsset` or an `AssetArchive` as the engine sends it. */
export interface FileSource {
  path?: string;
  text?: string;
  hash?: string;
  assets?: Record<string, ArchivedAsset>;
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
        (typeof source.hash !== "string" || !(isContent(source) || isFlatArchive(source))) &&
        "The sandbox uploads files, text, and archives of both; give a FileAsset, a StringAsset or an AssetArchive.",
    ),
  ],
  refusePlacement({ id, store }) {
    const account = store.get(accountOf(parentId(id)!))!.inputs as unknown as StorageAccountInputs;
    return refuseKey(account) ?? refuseNetwork(account);
  },
  provide: async ({ inputs }, dataPlane) => {
    const { source } = inputs as unknown as BlobInputs;
    if (!source) return;
    const { path, text, assets, hash } = source;
    const content = path !== undefined ? { path } : text !== undefined ? { text } : { assets: assets! };
    await dataPlane.blobs.keep({ hash: hash!, ...content });
  },
  compute({ inputs }, _base, dataPlane) {
    const { accountName, containerName, blobName } = inputs as unknown as BlobInputs;
    return { url: `${dataPlane.blobs.endpoint(accountName)}/${containerName}/${blobName}` };
  },
});

function isContent({ path, text }: Pick<FileSource, "path" | "text">): boolean {
  return typeof path === "string" || typeof text === "string";
}

/** Archives within an archive are nothing that anybody here needs. */
function isFlatArchive({ assets }: FileSource): boolean {
  return assets !== undefined && Object.values(assets).every(isContent);
}

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
