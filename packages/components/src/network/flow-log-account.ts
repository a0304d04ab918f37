import type * as storage from "@pulumi/azure-native/storage";
import type * as pulumi from "@pulumi/pulumi";
import { onDemand } from "../common/on-demand";
import { storageAccountName } from "../common/storage-account-name";
import type { NetworkArgs } from "./args";

/** A storage account for the flow logs of a network, which its owner reads by a role on it. */
export function createFlowLogAccount(
  name: string,
  { resourceGroupName, location, tags }: NetworkArgs,
  parent: pulumi.Resource,
): storage.StorageAccount {
  return new onDemand.storage.StorageAccount(
    name,
    {
      resourceGroupName,
      location,
      tags,
      accountName: storageAccountName(name, parent),
      kind: "StorageV2",
      // Flow logs take no Premium account.
      sku: { name: "Standard_ZRS" },
      accessTier: "Hot",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      // Azure writes the logs with the account's key: without keys they stop.
      allowSharedKeyAccess: true,
    },
    { parent },
  );
}
