import type * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { withoutReservedWords } from "@windows-ha/spec";
import { onDemand } from "./on-demand";
import type { PlacementArgs } from "./placement";

export interface StorageAccountSettings extends Pick<storage.StorageAccountArgs, "networkRuleSet"> {
  placement: PlacementArgs;
  /** Such as `Standard_ZRS`. */
  redundancy: string;
}

/**
 * A storage account that nobody reads without a role, and only over TLS.
 *
 * Its keys are in use, and machines never see them: Pulumi's provider uploads blobs, and Azure writes flow logs, with the
 * account's key.
 */
export function createStorageAccount(
  name: string,
  { placement: { resourceGroupName, location, tags }, redundancy, ...network }: StorageAccountSettings,
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
      sku: { name: redundancy },
      accessTier: "Hot",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      allowSharedKeyAccess: true,
      ...network,
    },
    { parent },
  );
}

/** Accounts share one world-wide set of names, of 3 to 24 lower-case letters and digits. */
function storageAccountName(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const suffix = new random.RandomId(`${name}-account-name`, { byteLength: 5 }, { parent });
  const prefix = withoutReservedWords(name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  return pulumi.interpolate`${prefix.slice(0, 14)}${suffix.hex}`;
}
