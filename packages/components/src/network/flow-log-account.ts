import type * as storage from "@pulumi/azure-native/storage";
import type * as pulumi from "@pulumi/pulumi";
import { createStorageAccount } from "../common/storage-account";
import type { NetworkArgs } from "./args";

/** A storage account for the flow logs of a network, which its owner reads by a role on it. */
export function createFlowLogAccount(
  name: string,
  placement: NetworkArgs,
  parent: pulumi.Resource,
): storage.StorageAccount {
  // Flow logs take no Premium account.
  return createStorageAccount(name, { placement, redundancy: "Standard_ZRS" }, parent);
}
