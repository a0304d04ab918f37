import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { manageActions, type AgentSpec } from "@windows-ha/spec";
import { expectWellFormed, record, Template, UNKNOWN } from "@windows-ha/testing";
import {
  InvalidArgumentsError,
  VmApplication,
  WindowsMachines,
  WindowsScaleSet,
  type ServiceArgs,
  type VmApplicationArgs,
} from "windows-ha";
import { programFiles } from "../../support/program-files";
import { attempt, bodyOf, clusterArgs, failureOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "./support";

const GALLERY = "azure-native:compute:Gallery";
const APPLICATION = "azure-native:compute:GalleryApplication";
const VERSION = "azure-native:compute:GalleryApplicationVersion";
const BLOB = "azure-native:storage:Blob";
const ROLE = "azure-native:authorization:RoleAssignment";
const GALLERY_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/shop";
const SECRET = "canary-5d1f0a9c44e7";

describe("VmApplication", () => {
  const { folder, agentPath, programPath } = programFiles();

  const create =
    (changes: Partial<VmApplicationArgs> = {}, service: Partial<ServiceArgs> = {}) =>
    () =>
      new VmApplication("orders-service", {
        ...PLACE,
        service: { ...clusterArgs().service, ...service },
        agentPath,
        storageAccountName: "ordersartifacts",
        ...changes,
      });

  const nameOf = async (program: () => VmApplication): Promise<unknown> =>
    bodyOf(await recordUpdate(program), VERSION).galleryApplicationVersionName;

  inBothPasses("is an application in a gallery of its own", create(), (recording) => {
    expectWellFormed(recording);
    expect(bodyOf(recording, GALLERY)).to.deep.include({
      galleryName: known(recording, "orders_service_0a1b2c3d4e"),
      location: "westeurope",
      tags: TAGS,
    });
    expect(bodyOf(recording, APPLICATION)).to.deep.include({
      galleryApplicationName: "orders",
      supportedOSType: "Windows",
      tags: TAGS,
    });
  });

  inBothPasses(
    "tells Azure to install, to update and to remove, and never to take it by itself",
    create(),
    (recording) => {
      const { publishingProfile, safetyProfile } = bodyOf(recording, VERSION);
      expect(publishingProfile).to.deep.equal({
        source: { mediaLink: known(recording, "https://account/windows-ha.zip") },
        manageActions: manageActions("orders"),
        settings: { packageFileName: "windows-ha.zip", scriptBehaviorAfterReboot: "Rerun" },
        targetRegions: [{ name: "westeurope", regionalReplicaCount: 1, storageAccountType: "Standard_ZRS" }],
        excludeFromLatest: true,
      });
      expect(safetyProfile).to.deep.equal({ allowDeletionOfReplicatedLocations: true });
    },
  );

  inBothPasses(
    "has an identity that publishes and may write into the packages' container alone",
    create(),
    (recording) => {
      const role = bodyOf(recording, ROLE);
      expect(role).to.include({
        scope: known(recording, "orders-service-packages_id"),
        principalId: known(recording, "11111111-2222-3333-4444-555555555555"),
        principalType: "ServicePrincipal",
      });
      if (!recording.preview) expect(role.roleDefinitionId).to.match(/\/ba92f5b4-2d11-453d-a403-e96b0029c9fe$/);
      expect(bodyOf(recording, GALLERY).identity).to.deep.equal({
        type: "UserAssigned",
        userAssignedIdentities: [known(recording, "orders-service-publisher_id")],
      });
      expect(bodyOf(recording, VERSION)).not.to.include.keys("identity");
      const version = Template.of(recording).findResource(VERSION);
      expect(version.dependsOn.filter((urn) => urn.endsWith("::orders-service-publisher-role"))).to.have.lengthOf(1);
    },
  );

  it("packs the agent and its document", async () => {
    const recording = await recordUpdate(create());
    const { source, blobName } = bodyOf(recording, BLOB) as { source: pulumi.asset.AssetArchive; blobName: string };
    const { "windows-ha-agent.exe": agent, "agent-spec.json": text } = (await source.assets) as {
      "windows-ha-agent.exe": pulumi.asset.FileAsset;
      "agent-spec.json": pulumi.asset.StringAsset;
    };
    expect(await agent.path).to.equal(agentPath);
    const document = JSON.parse(await text.text) as AgentSpec;
    expect(document.service).to.include({ name: "orders", version: "1.4.2" });
    expect(blobName).to.equal(
      `orders/${String(bodyOf(recording, VERSION).galleryApplicationVersionName)}/windows-ha.zip`,
    );
  });

  it("leaves what a preview doesn't know for the update", async () => {
    const recording = await record(create(), { preview: true });
    expect(bodyOf(recording, VERSION).galleryApplicationVersionName).to.equal(UNKNOWN);
  });

  it("has a version that follows from everything in it", async () => {
    const name = await nameOf(create());
    expect(await nameOf(create())).to.equal(name);
    const changed = [
      create({}, { version: "1.4.3" }),
      create({}, { environment: { LEVEL: "debug" } }),
      create({ attempt: 1 }),
      create({ agentPath: programPath }),
    ];
    const names = await Promise.all(changed.map(nameOf));
    expect(new Set([name, ...names])).to.have.lengthOf(1 + changed.length);
  });

  it("draws a new number whenever something changes that Azure never changes", async () => {
    const keepersOf = async (changes: Partial<VmApplicationArgs>): Promise<unknown> => {
      const recording = await recordUpdate(create(changes));
      return recording.resources.find(({ name }) => name === "orders-service-version")!.inputs.keepers;
    };
    const all = [
      await keepersOf({}),
      await keepersOf({ redundancy: "Standard_LRS" }),
      await keepersOf({ storageAccountName: "another" }),
      await keepersOf({ attempt: 2 }),
    ].map((keepers) => JSON.stringify(keepers));
    expect(new Set(all)).to.have.lengthOf(all.length);
  });

  it("has no way for secrets into a package, and doesn't repeat them", async () => {
    const failure = (await failureOf(
      create({}, { environment: { KEY: pulumi.secret(SECRET) }, arguments: [pulumi.secret(SECRET)] }),
    )) as InvalidArgumentsError;
    expect(failure).to.be.instanceOf(InvalidArgumentsError);
    expect(failure.findings.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal([
      "vm-application-secret service.arguments",
      "vm-application-secret service.environment",
    ]);
    expect(failure.message).to.include("no machine was changed").and.not.include(SECRET);
  });

  it("names everything that is wrong before anything is created", async () => {
    const { failure, registered } = await attempt(
      create({ agentPath: join(folder, "nothing.exe") }, { artifact: clusterArgs().service.artifact }),
    );
    expect((failure as InvalidArgumentsError).findings.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal([
      "artifact-missing agentPath",
    ]);
    expect(registered).to.deep.equal([]);
  });

  for (const [what, changes, finding] of [
    [
      "an id without a version of its own",
      { applicationVersionId: `${GALLERY_ID}/applications/orders/versions/latest` },
      "pattern applicationVersionId",
    ],
    [
      "another install step beside it",
      {
        applicationVersionId: `${GALLERY_ID}/applications/orders/versions/1.2.3`,
        install: { fileUris: [], commandToExecute: "setup" },
      },
      "install-steps applicationVersionId",
    ],
  ] as const) {
    it(`is refused by machines with ${what}`, async () => {
      for (const Machines of [WindowsScaleSet, WindowsMachines]) {
        const given = { ...PLACE, subnetId: "/subnet", health: { port: 8080 }, ...changes };
        const failure = (await failureOf(() => new Machines("web", given as never))) as InvalidArgumentsError;
        expect(failure.findings.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal([finding]);
      }
    });
  }
});
