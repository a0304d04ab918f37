import { sameId } from "../arm-id";
import { AzureError } from "../azure-error";
import { defineType } from "../resource-type";
import { noReservedWords, single } from "../rule-helpers";
import { addressRules, refuseNetworkRules, type NetworkRulesInputs } from "./storage-firewall";

export interface StorageAccountInputs extends NetworkRulesInputs {
  accountName: string;
  allowBlobPublicAccess?: boolean;
  allowSharedKeyAccess?: boolean;
}

const TOKEN = "azure-native:storage:StorageAccount";
const ACCOUNT_NAME = /^[a-z0-9]{3,24}$/;

/** "The SKU name cannot be updated to Standard_ZRS, Premium_LRS or Premium_ZRS, nor can accounts of those SKU names be updated to any other value." */
const FIXED_SKUS = new Set(["Standard_ZRS", "Premium_LRS", "Premium_ZRS"]);

export const storageAccount = defineType<StorageAccountInputs>({
  token: TOKEN,
  armType: "Microsoft.Storage/storageAccounts",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}",
  autoName: "random",
  location: "inherited",
  replaceOn: ["location", "isHnsEnabled", "immutableStorageWithVersioning"],
  rules: [
    single<StorageAccountInputs>(
      ["accountName"],
      "accountName",
      "AccountNameInvalid",
      ({ accountName }) =>
        !ACCOUNT_NAME.test(accountName) &&
        `${accountName} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
    ),
    noReservedWords<StorageAccountInputs>("accountName"),
    addressRules,
  ],
  immutables: [
    {
      path: "sku.name",
      code: "InvalidParameter",
      message: "The account's redundancy cannot be changed to or from this kind in an update.",
      refuses: (before, after) => FIXED_SKUS.has(before as string) || FIXED_SKUS.has(after as string),
    },
    { path: "kind", code: "InvalidParameter", message: "The kind of a storage account cannot be changed like this." },
  ],
  refusePlacement({ id, inputs, store }) {
    const account = inputs as unknown as StorageAccountInputs;
    const { accountName } = account;
    const taken = store.list(TOKEN).some((other) => other.name === accountName && !sameId(other.id, id));
    return taken
      ? new AzureError("StorageAccountAlreadyTaken", `The storage account named ${accountName} is already taken.`)
      : refuseNetworkRules(id, account, store);
  },
  compute: ({ inputs }, base, dataPlane) => ({
    primaryEndpoints: { blob: `${dataPlane.blobs.endpoint(inputs["accountName"] as string)}/` },
    primaryLocation: base["location"],
    statusOfPrimary: "available",
  }),
});
