import { defineType } from "../resource-type";
import { single } from "../rule-helpers";

interface Retention {
  enabled?: boolean;
  days?: number;
}

interface BlobServiceInputs {
  blobServicesName: string;
  deleteRetentionPolicy?: Retention;
  containerDeleteRetentionPolicy?: Retention;
}

const PATH =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}";

export const blobServiceProperties = defineType<BlobServiceInputs>({
  token: "azure-native:storage:BlobServiceProperties",
  armType: "Microsoft.Storage/storageAccounts/blobServices",
  path: PATH,
  autoName: "copy",
  location: "none",
  replaceOn: [],
  // Its deletion resets the settings; the account's containers stay.
  isSetting: true,
  rules: [
    single<BlobServiceInputs>(
      ["blobServicesName"],
      "blobServicesName",
      "InvalidParameter",
      ({ blobServicesName }) => blobServicesName !== "default" && "The blob service of an account is named default.",
    ),
    retention("deleteRetentionPolicy"),
    retention("containerDeleteRetentionPolicy"),
  ],
});

function retention(path: "deleteRetentionPolicy" | "containerDeleteRetentionPolicy") {
  return single<BlobServiceInputs>([path], `${path}.days`, "InvalidXmlDocument", (inputs) => {
    const { enabled, days } = inputs[path] ?? {};
    const isRight = !enabled || (days !== undefined && Number.isInteger(days) && days >= 1 && days <= 365);
    return !isRight && `A retention policy that is enabled needs a number of days from 1 to 365; it is ${days}.`;
  });
}
