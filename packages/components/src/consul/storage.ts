import type * as authorization from "@pulumi/azure-native/authorization";
import type * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS, type ConsulServersComponentSpec } from "@windows-ha/spec";
import { networkRules } from "../artifact-store/network-rules";
import { onDemand } from "../common/on-demand";
import { createRoleAssignment } from "../common/role-assignment";
import { createStorageAccount } from "../common/storage-account";
import { STORAGE_BLOB_DATA_CONTRIBUTOR, STORAGE_BLOB_DATA_READER } from "../common/storage-roles";
import type { ConsulServersArgs } from "./args";

const DECLARED = "declared";
const SNAPSHOTS = "snapshots";

/** Where the servers read what is declared, and put snapshots. */
export interface ConsulStorage {
  account: storage.StorageAccount;
  /** Read by the servers: the agent's program and the declared data. */
  declared: storage.BlobContainer;
  /** Address of that container, known once the servers may read it. */
  declaredUrl: pulumi.Output<string>;
  /** Address of the snapshots' container, known once the servers may write to it; undefined without snapshots. */
  snapshotsUrl: pulumi.Output<string> | undefined;
}

export function createStorage(
  name: string,
  args: ConsulServersArgs,
  { snapshots }: ConsulServersComponentSpec,
  identity: managedidentity.UserAssignedIdentity,
  parent: pulumi.Resource,
): ConsulStorage {
  const account = createAccount(`${name}-storage`, args, parent);
  const service = createService(`${name}-storage-blobs`, args, account, parent);
  const declared = createContainer(`${name}-declared`, DECLARED, args, account, service, parent);
  const grant = { principalId: identity.principalId, principalType: "ServicePrincipal" };
  const reads = createRoleAssignment(
    `${name}-reads-declared`,
    { ...grant, scope: declared.id, role: STORAGE_BLOB_DATA_READER },
    parent,
  );
  const declaredUrl = addressOf(account, DECLARED, reads);
  if (!snapshots.enabled) return { account, declared, declaredUrl, snapshotsUrl: undefined };
  const kept = createContainer(`${name}-snapshots`, SNAPSHOTS, args, account, service, parent);
  const writes = createRoleAssignment(
    `${name}-writes-snapshots`,
    { ...grant, scope: kept.id, role: STORAGE_BLOB_DATA_CONTRIBUTOR },
    parent,
  );
  return { account, declared, declaredUrl, snapshotsUrl: addressOf(account, SNAPSHOTS, writes) };
}

function createAccount(name: string, args: ConsulServersArgs, parent: pulumi.Resource): storage.StorageAccount {
  const { uploadFrom, subnetId } = args;
  return createStorageAccount(
    name,
    {
      placement: args,
      // Snapshots outlive a lost zone.
      redundancy: DEFAULTS.artifactStore.redundancy,
      ...networkRules(uploadFrom ? { uploadFrom, fromSubnetIds: [subnetId] } : {}),
    },
    parent,
  );
}

/** Whatever an error deletes can be brought back for two weeks, snapshots as well. */
function createService(
  name: string,
  { resourceGroupName }: ConsulServersArgs,
  account: storage.StorageAccount,
  parent: pulumi.Resource,
): storage.BlobServiceProperties {
  const retention = { enabled: true, days: DEFAULTS.artifactStore.softDeleteDays };
  return new onDemand.storage.BlobServiceProperties(
    name,
    {
      resourceGroupName,
      accountName: account.name,
      blobServicesName: "default",
      deleteRetentionPolicy: retention,
      containerDeleteRetentionPolicy: retention,
    },
    { parent },
  );
}

function createContainer(
  name: string,
  containerName: string,
  { resourceGroupName }: ConsulServersArgs,
  account: storage.StorageAccount,
  service: storage.BlobServiceProperties,
  parent: pulumi.Resource,
): storage.BlobContainer {
  return new onDemand.storage.BlobContainer(
    name,
    { resourceGroupName, accountName: account.name, containerName, publicAccess: "None" },
    { parent, dependsOn: service },
  );
}

/** By the account's own answer: a blob's would be unknown in the preview of every change of its content. */
function addressOf(
  { name, primaryEndpoints }: storage.StorageAccount,
  container: string,
  role: authorization.RoleAssignment,
): pulumi.Output<string> {
  return pulumi.all([name, primaryEndpoints, role.id]).apply(([account, endpoints]) => {
    const { blob = `https://${account}.blob.core.windows.net/` } = endpoints ?? {};
    return `${blob.replace(/\/$/, "")}/${container}`;
  });
}
