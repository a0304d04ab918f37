import type * as authorization from "@pulumi/azure-native/authorization";
import type * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { PRIVATE_DNS_ZONES } from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { privateStoreNames } from "../common/named-parts";
import { onDemand } from "../common/on-demand";
import type { PlacementArgs } from "../common/placement";
import { createPrivateAccess } from "../common/private-endpoint";
import { withName } from "../common/resource-names";
import { createRoleAssignment } from "../common/role-assignment";
import { createStorageAccount } from "../common/storage-account";
import { STORAGE_BLOB_DATA_READER } from "../common/storage-roles";
import type { ArtifactStoreArgs, StoredArtifact } from "./args";
import { networkRules } from "./network-rules";
import { resolveArtifactStore, type ArtifactStoreSpec, type StoredProgram } from "./resolve";

/**
 * Keeps programs for machines to download: a private storage account with one blob per release, named by its content,
 * which only the machines' identity reads.
 *
 * A release that is declared no longer is deleted at the end of the update, after every machine has left it, and can be
 * brought back for `softDeleteDays`.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class ArtifactStore extends pulumi.ComponentResource {
  /** Name of the storage account. */
  public readonly accountName: pulumi.Output<string>;
  /** Id of the container, for role assignments of others who read it. */
  public readonly containerId: pulumi.Output<string>;
  /** The programs by name; known once the reader may read them. */
  public readonly artifacts: pulumi.Output<Record<string, StoredArtifact>>;
  /** Id of the zone in which the network finds a private store, for the next private store in that network. */
  public readonly privateDnsZoneId?: pulumi.Output<string>;

  constructor(name: string, args: ArtifactStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `ArtifactStore "${name}"`,
      withName(name, resolveArtifactStore(args), ({ isPrivate }) => privateStoreNames(name, isPrivate)),
    );
    super("windows-ha:index:ArtifactStore", name, facts(spec), opts);
    for (const { file, remarks } of spec.programs) {
      for (const remark of remarks) void pulumi.log.warn(`${file}: ${remark}`, this);
    }

    const account = createStorageAccount(
      name,
      { placement: args, redundancy: spec.redundancy, ...networkRules(args) },
      this,
    );
    const container = createContainer(name, args, spec, account, this);
    const roles = createReaderRoles(name, args, container, this);
    const blobs = spec.programs.map((program) => createBlob(name, args, program, container, account, this));
    const target = { targetId: account.id, groupId: "blob", zoneName: PRIVATE_DNS_ZONES.blob };
    const access = args.private && createPrivateAccess(name, args, args.private, target, this);

    this.accountName = account.name;
    this.containerId = container.id;
    this.artifacts = storedArtifacts(args, spec, blobs, [...roles, ...(access ? [access.zoneGroup] : [])]);
    this.privateDnsZoneId = access?.zoneId;
    this.registerOutputs({
      accountName: this.accountName,
      containerId: this.containerId,
      artifacts: this.artifacts,
      privateDnsZoneId: this.privateDnsZoneId,
    });
  }
}

function facts({
  programs,
  redundancy,
  softDeleteDays,
  isFirewalled,
  isPrivate,
}: ArtifactStoreSpec): Record<string, unknown> {
  return {
    redundancy,
    softDeleteDays,
    isFirewalled,
    isPrivate,
    artifacts: programs.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  };
}

/** The container, and for how long its deleted blobs can be brought back. */
function createContainer(
  name: string,
  { resourceGroupName }: PlacementArgs,
  { softDeleteDays }: ArtifactStoreSpec,
  account: storage.StorageAccount,
  parent: ArtifactStore,
): storage.BlobContainer {
  const retention = { enabled: true, days: softDeleteDays };
  const service = new onDemand.storage.BlobServiceProperties(
    `${name}-blobs`,
    {
      resourceGroupName,
      accountName: account.name,
      blobServicesName: "default",
      deleteRetentionPolicy: retention,
      containerDeleteRetentionPolicy: retention,
    },
    { parent },
  );
  return new onDemand.storage.BlobContainer(
    `${name}-container`,
    { resourceGroupName, accountName: account.name, containerName: "artifacts", publicAccess: "None" },
    // What is deleted before the retention is set is gone at once.
    { parent, dependsOn: service },
  );
}

function createReaderRoles(
  name: string,
  { reader }: ArtifactStoreArgs,
  container: storage.BlobContainer,
  parent: ArtifactStore,
): authorization.RoleAssignment[] {
  if (!reader) return [];
  const grant = {
    scope: container.id,
    principalId: reader.principalId,
    principalType: "ServicePrincipal",
    role: STORAGE_BLOB_DATA_READER,
  };
  return [createRoleAssignment(`${name}-reader`, grant, parent)];
}

/**
 * A release has its content's hash in both names: it is created beside the former one, which goes when the update has
 * succeeded, and is never overwritten.
 */
function createBlob(
  name: string,
  { resourceGroupName }: PlacementArgs,
  { file, sha256, version, blobName, name: program }: StoredProgram,
  container: storage.BlobContainer,
  account: storage.StorageAccount,
  parent: ArtifactStore,
): storage.Blob {
  return new onDemand.storage.Blob(
    `${name}-${program}-${version}-${sha256.slice(0, 8)}`,
    {
      resourceGroupName,
      accountName: account.name,
      containerName: container.name,
      blobName,
      type: "Block",
      contentType: "application/octet-stream",
      metadata: { sha256, version },
      source: new pulumi.asset.FileAsset(file),
    },
    { parent },
  );
}

/** Whoever uses an address waits for the role and for the way to it, too. */
function storedArtifacts(
  { reader }: ArtifactStoreArgs,
  { programs }: ArtifactStoreSpec,
  blobs: readonly storage.Blob[],
  ready: readonly pulumi.CustomResource[],
): pulumi.Output<Record<string, StoredArtifact>> {
  const stored = programs.map(({ name, sha256 }, index) =>
    pulumi
      .all([blobs[index]!.url, reader!.clientId, pulumi.all(ready.map(({ id }) => id))])
      .apply(([url, identityClientId]): [string, StoredArtifact] => {
        return [name, { url, sha256, identityClientId }];
      }),
  );
  return pulumi.all(stored).apply((entries) => Object.fromEntries(entries));
}
