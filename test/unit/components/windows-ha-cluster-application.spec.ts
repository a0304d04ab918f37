import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { AgentSpec } from "@windows-ha/spec";
import { expectNoSecretLeak, promiseOf, Template } from "@windows-ha/testing";
import { VmApplication, WindowsHaCluster, type WindowsHaClusterArgs } from "windows-ha";
import { programFiles } from "../../support/program-files";
import { attempt, bodyOf, clusterArgs, inBothPasses, known, profileOf, recordUpdate, SCALE_SET } from "./support";

const VERSION = "azure-native:compute:GalleryApplicationVersion";
const BLOB = "azure-native:storage:Blob";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const ROLE = "azure-native:authorization:RoleAssignment";
const SECRET = "canary-5d1f0a9c44e7";

describe("WindowsHaCluster: its service as a VM Application", () => {
  const { agentPath, programPath } = programFiles();

  const cluster =
    (changes: Partial<WindowsHaClusterArgs> = {}) =>
    () =>
      new WindowsHaCluster(
        "orders",
        clusterArgs({
          service: { ...clusterArgs().service, artifact: { path: programPath } },
          agent: { path: agentPath },
          ...changes,
        }),
      );

  inBothPasses(
    "is named by the scale set when nothing is said, and the deployment fails with it",
    cluster(),
    (recording) => {
      const { applicationProfile } = profileOf(recording) as unknown as { applicationProfile: unknown };
      expect(applicationProfile).to.deep.equal({
        galleryApplications: [
          {
            packageReferenceId: known(recording, "orders-service-application-version_id"),
            order: 1,
            treatFailureAsDeploymentFailure: true,
            enableAutomaticUpgrade: false,
          },
        ],
      });
      expect(profileOf(recording).extensionProfile.extensions.map(({ name }) => name)).to.deep.equal([
        "application-health",
      ]);
      expect(profileOf(recording).extensionProfile.extensions[0]).not.to.include.keys("provisionAfterExtensions");
      expect(recording.result.vmApplication).to.be.instanceOf(VmApplication);
      expect(() => recording.result.serviceInstall).to.throw("vmApplication");
    },
  );

  inBothPasses("gives the machines an identity that isn't the publisher's", cluster(), (recording) => {
    expect(bodyOf(recording, SCALE_SET).identity).to.deep.equal({
      type: "UserAssigned",
      userAssignedIdentities: [known(recording, "orders-machines-identity_id")],
    });
    expect(
      Template.of(recording)
        .findResources(IDENTITY)
        .map(({ name }) => name),
    ).to.have.members(["orders-machines-identity", "orders-service-publisher"]);
  });

  inBothPasses("has the agent in the package and nowhere else", cluster(), (recording) => {
    const uploads = { contentType: "application/octet-stream" };
    Template.of(recording).resourceCountIs(BLOB, 2);
    expect(Template.of(recording).findResource(BLOB, uploads).name).to.include("orders-artifacts-orders-1.4.2");
    Template.of(recording).resourceCountIs(ROLE, 2);
  });

  inBothPasses(
    "keeps packages only, and lets no machine read the store, where the program is published elsewhere",
    cluster({ service: clusterArgs().service }),
    (recording) => {
      const [blob, ...others] = Template.of(recording).findResources(BLOB);
      expect(blob!.inputs.contentType).to.equal("application/zip");
      expect(others).to.deep.equal([]);
      const roles = Template.of(recording).findResources(ROLE);
      expect(roles.map(({ name }) => name)).to.deep.equal(["orders-service-publisher-role"]);
    },
  );

  inBothPasses(
    "is named by every single machine, too",
    cluster({ compute: "machines", machines: { count: 2 }, install: { transport: "vmApplication" } }),
    (recording) => {
      for (const { inputs } of Template.of(recording).findResources("azure-native:compute:VirtualMachine")) {
        expect(inputs.applicationProfile).to.have.nested.property(
          "galleryApplications[0].packageReferenceId",
          known(recording, "orders-service-application-version_id"),
        );
      }
      Template.of(recording).resourceCountIs("azure-native:compute:VirtualMachineExtension", 2);
    },
  );

  it("has the addresses of secrets in its package, and no value of them", async () => {
    const service = {
      ...clusterArgs().service,
      artifact: { path: programPath },
      secrets: { API_KEY: { value: SECRET } },
    };
    const recording = await recordUpdate(cluster({ service }));
    const { source } = Template.of(recording).findResource(BLOB, { contentType: "application/zip" }).inputs as {
      source: pulumi.asset.AssetArchive;
    };
    const { "agent-spec.json": text } = (await source.assets) as { "agent-spec.json": pulumi.asset.StringAsset };
    const { secrets = [] } = JSON.parse(await text.text) as AgentSpec;
    expect(secrets.map(({ name, url }) => `${name} ${new URL(url).pathname}`)).to.deep.equal([
      "API_KEY /secrets/api-key",
    ]);
    expect(await text.text).not.to.include(SECRET);
    expectNoSecretLeak(recording, { apiKey: SECRET });
  });

  it("keeps its packages as the store keeps its files", async () => {
    const recording = await recordUpdate(cluster({ artifactStore: { redundancy: "Standard_LRS" } }));
    expect(bodyOf(recording, VERSION)).to.have.nested.property(
      "publishingProfile.targetRegions[0].storageAccountType",
      "Standard_LRS",
    );
  });

  it("leaves a cluster with the other transport as it was", async () => {
    const { result } = await recordUpdate(cluster({ install: { transport: "customScript" } }));
    expect(result.vmApplication).to.equal(undefined);
    expect((await promiseOf(result.serviceInstall.fileUris)).value).to.have.lengthOf(1);
  });

  it("is refused with what can't be packed, before anything is created", async () => {
    const { failure, registered } = await attempt(
      cluster({ agent: clusterArgs().agent!, install: { transport: "vmApplication" } }),
    );
    expect(failure.message).to.include("[vm-application-agent]").and.include("customScript");
    expect(registered).to.deep.equal([]);
  });
});
