import { createHash } from "node:crypto";
import type * as authorization from "@pulumi/azure-native/authorization";
import * as compute from "@pulumi/azure-native/compute";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  checkPackagedSecrets,
  configurationFacts,
  galleryName,
  installSeconds,
  manageActions,
  PACKAGE_FILE,
  packageContent,
  PACKAGED_AGENT,
  PACKAGED_SPEC,
  versionName,
} from "@windows-ha/spec";
import { InvalidArgumentsError, specOrFail } from "../common/invalid-arguments";
import { onDemand } from "../common/on-demand";
import { placementOf } from "../common/placement";
import { createRoleAssignment } from "../common/role-assignment";
import { STORAGE_BLOB_DATA_CONTRIBUTOR } from "../common/storage-roles";
import { serviceDocument } from "../service-install/document";
import type { VmApplicationArgs } from "./args";
import { resolveVmApplication, type VmApplicationSpec } from "./resolve";

/**
 * A service as a VM Application: a package with the agent and its document, in a gallery from which Azure brings it to
 * machines that name its version, and the commands to install, update and remove it.
 *
 * Versions never change. Whatever changes in agent, program or arguments is a new one, which machines get as their scale
 * set's upgrade policy says. The former one is deleted at the end of the update, after every machine has left it.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class VmApplication extends pulumi.ComponentResource {
  /** Id of the version, for `applicationVersionId` of a scale set or of machines. */
  public readonly versionId: pulumi.Output<string>;
  /** Name of the version: three numbers. */
  public readonly versionName: pulumi.Output<string>;
  /** Id of the gallery, for role assignments of others who use its applications. */
  public readonly galleryId: pulumi.Output<string>;
  /** Object id of the identity by which the gallery fetches packages. No machine has it. */
  public readonly publisherPrincipalId: pulumi.Output<string>;
  /** Longest time of a good install on one machine, without the download. */
  public readonly installSeconds: pulumi.Output<number>;

  constructor(name: string, args: VmApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`VmApplication "${name}"`, resolveVmApplication(args));
    super("windows-ha:index:VmApplication", name, facts(spec), opts);

    const document = packagedDocument(name, args, spec, this);
    const version = nameVersion(name, args, spec, document, this);
    const container = createContainer(name, args, this);
    const publisher = new managedidentity.UserAssignedIdentity(`${name}-publisher`, placementOf(args), {
      parent: this,
    });
    const role = createPublisherRole(name, publisher, container, this);
    const blob = createPackage(name, args, spec, { document, version, container }, this);
    const gallery = createGallery(name, args, publisher, this);
    const created = createVersion(name, args, spec, { gallery, blob, version, role }, this);

    this.versionId = created.id;
    this.versionName = created.name;
    this.galleryId = gallery.id;
    this.publisherPrincipalId = publisher.principalId;
    this.installSeconds = pulumi.output(installSeconds(spec.service, spec.probe));
    this.registerOutputs({
      versionId: this.versionId,
      versionName: this.versionName,
      galleryId: this.galleryId,
      publisherPrincipalId: this.publisherPrincipalId,
      installSeconds: this.installSeconds,
    });
  }
}

function facts({ service, attempt }: VmApplicationSpec): Record<string, unknown> {
  return { service: service.name, version: service.version, attempt, ...configurationFacts(service) };
}

/** The agent's document. What is marked as a secret doesn't get into a package. */
function packagedDocument(
  name: string,
  args: VmApplicationArgs,
  spec: VmApplicationSpec,
  resource: VmApplication,
): pulumi.Output<string> {
  const subject = `VmApplication "${name}"`;
  const document = serviceDocument(subject, args, spec, resource, ({ specJson }) => specJson);
  const { arguments: given = [], environment = {} } = args.service;
  const secret = pulumi.output({
    arguments: pulumi.isSecret(pulumi.output(given)),
    environment: pulumi.isSecret(pulumi.output(environment)),
  });
  return pulumi.all([document, secret]).apply(([text, marked]) => {
    const findings = checkPackagedSecrets(marked);
    if (findings.length === 0) return text;
    throw new InvalidArgumentsError(subject, findings, { resource, outcome: "no machine was changed" });
  });
}

function nameVersion(
  name: string,
  { storageAccountName }: VmApplicationArgs,
  { agent, attempt, service, redundancy }: VmApplicationSpec,
  document: pulumi.Output<string>,
  parent: VmApplication,
): pulumi.Output<string> {
  // Addresses may be secrets to the engine; a hash of them is none.
  const hash = pulumi.unsecret(
    document.apply((specJson) =>
      createHash("sha256")
        .update(packageContent({ agentSha256: agent.sha256, specJson, attempt, service: service.name }))
        .digest("hex"),
    ),
  );
  const drawn = new random.RandomId(
    `${name}-version`,
    // Everything that Azure never changes of a version.
    { byteLength: 3, keepers: { content: hash, storageAccountName, redundancy } },
    { parent },
  );
  return pulumi.all([hash, drawn.hex]).apply(([content, hex]) => versionName(content, hex));
}

/** The publisher may write, so it gets a container in which nothing else lies. */
function createContainer(name: string, args: VmApplicationArgs, parent: VmApplication): storage.BlobContainer {
  return new onDemand.storage.BlobContainer(
    `${name}-packages`,
    {
      resourceGroupName: args.resourceGroupName,
      accountName: args.storageAccountName,
      containerName: "packages",
      publicAccess: "None",
    },
    { parent },
  );
}

function createPublisherRole(
  name: string,
  { principalId }: managedidentity.UserAssignedIdentity,
  { id: scope }: storage.BlobContainer,
  parent: VmApplication,
): authorization.RoleAssignment {
  const grant = { scope, principalId, principalType: "ServicePrincipal", role: STORAGE_BLOB_DATA_CONTRIBUTOR };
  return createRoleAssignment(`${name}-publisher-role`, grant, parent);
}

interface PackageParts {
  document: pulumi.Output<string>;
  version: pulumi.Output<string>;
  container: storage.BlobContainer;
}

/** What Azure makes the version from; machines get the gallery's copies. */
function createPackage(
  name: string,
  { resourceGroupName, storageAccountName }: VmApplicationArgs,
  { agent, service }: VmApplicationSpec,
  { document, version, container }: PackageParts,
  parent: VmApplication,
): storage.Blob {
  return new onDemand.storage.Blob(
    `${name}-package`,
    {
      resourceGroupName,
      accountName: storageAccountName,
      containerName: container.name,
      blobName: pulumi.interpolate`${service.name}/${version}/${PACKAGE_FILE}`,
      type: "Block",
      contentType: "application/zip",
      source: document.apply(
        (text) =>
          new pulumi.asset.AssetArchive({
            [PACKAGED_AGENT]: new pulumi.asset.FileAsset(agent.file),
            [PACKAGED_SPEC]: new pulumi.asset.StringAsset(text),
          }),
      ),
    },
    { parent, deleteBeforeReplace: false },
  );
}

function createGallery(
  name: string,
  args: VmApplicationArgs,
  publisher: managedidentity.UserAssignedIdentity,
  parent: VmApplication,
): compute.Gallery {
  const suffix = new random.RandomId(`${name}-gallery-name`, { byteLength: 3 }, { parent });
  return new compute.Gallery(
    `${name}-gallery`,
    {
      ...placementOf(args),
      galleryName: suffix.hex.apply((hex) => galleryName(name, hex)),
      // On the gallery, not on the version: the only place where Azure takes it.
      identity: { type: "UserAssigned", userAssignedIdentities: [publisher.id] },
    },
    { parent },
  );
}

interface VersionParts {
  gallery: compute.Gallery;
  blob: storage.Blob;
  version: pulumi.Output<string>;
  role: authorization.RoleAssignment;
}

function createVersion(
  name: string,
  args: VmApplicationArgs,
  { service, redundancy }: VmApplicationSpec,
  { gallery, blob, version, role }: VersionParts,
  parent: VmApplication,
): compute.GalleryApplicationVersion {
  const { resourceGroupName, tags } = args;
  const here = { resourceGroupName, tags, galleryName: gallery.name, location: gallery.location };
  const application = new compute.GalleryApplication(
    `${name}-application`,
    { ...here, galleryApplicationName: service.name.replace(/_+$/, ""), supportedOSType: "Windows" },
    { parent },
  );
  return new compute.GalleryApplicationVersion(
    `${name}-application-version`,
    {
      ...here,
      galleryApplicationName: application.name,
      galleryApplicationVersionName: version,
      publishingProfile: {
        source: { mediaLink: pulumi.all([blob.url, ...(args.publishAfter ?? [])]).apply(([url]) => url!) },
        manageActions: manageActions(service.name),
        // The agent finishes what a restart interrupted.
        settings: { packageFileName: PACKAGE_FILE, scriptBehaviorAfterReboot: "Rerun" },
        targetRegions: [{ name: gallery.location, regionalReplicaCount: 1, storageAccountType: redundancy }],
        // Nobody gets it who doesn't name it.
        excludeFromLatest: true,
      },
      safetyProfile: { allowDeletionOfReplicatedLocations: true },
    },
    {
      parent,
      dependsOn: role,
      // Machines leave the former version before it goes.
      deleteBeforeReplace: false,
    },
  );
}
