import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseInstallCommand, type AgentSpec } from "@windows-ha/spec";
import { expectWellFormed, Match, Template } from "@windows-ha/testing";
import { ArtifactStore, WindowsHaCluster, type ArtifactStoreArgs } from "windows-ha";
import { windowsProgram } from "../../support/windows-program";
import {
  attempt,
  bodyOf,
  clusterArgs,
  inBothPasses,
  known,
  PLACE,
  profileOf,
  recordEach,
  recordUpdate,
  TAGS,
} from "./support";

const ACCOUNT = "azure-native:storage:StorageAccount";
const BLOB = "azure-native:storage:Blob";
const ROLE = "azure-native:authorization:RoleAssignment";
const READER = {
  principalId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-000000000000",
};

describe("ArtifactStore", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-store-"));
  const file = join(folder, "orders.exe");
  const sha256 = createHash("sha256").update(windowsProgram()).digest("hex");
  const release = { name: "orders", version: "1.4.2", path: file };

  before(() => writeFileSync(file, windowsProgram()));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const create =
    (changes: Partial<ArtifactStoreArgs> = {}) =>
    () =>
      new ArtifactStore("orders-artifacts", { ...PLACE, artifacts: [release], reader: READER, ...changes });

  inBothPasses("keeps programs where nobody but the reader gets them", create(), (recording) => {
    expect(bodyOf(recording, ACCOUNT)).to.deep.include({
      kind: "StorageV2",
      sku: { name: "Standard_ZRS" },
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: true,
      tags: TAGS,
    });
    expect(bodyOf(recording, "azure-native:storage:BlobContainer")).to.include({ publicAccess: "None" });
    expect(bodyOf(recording, ROLE)).to.deep.include({
      scope: known(recording, "orders-artifacts-container_id"),
      principalId: READER.principalId,
      principalType: "ServicePrincipal",
    });
  });

  inBothPasses("gives the reader the role that reads blobs and nothing else", create(), (recording) => {
    if (recording.preview) return;
    expect(bodyOf(recording, ROLE).roleDefinitionId).to.match(
      /\/providers\/Microsoft\.Authorization\/roleDefinitions\/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1$/,
    );
  });

  inBothPasses("has one blob per release, named by its content", create(), (recording) => {
    const blob = Template.of(recording).findResource(BLOB);
    expect(blob.name).to.equal(`orders-artifacts-orders-1.4.2-${sha256.slice(0, 8)}`);
    expect(blob.inputs).to.deep.include({
      blobName: `orders/1.4.2/${sha256.slice(0, 8)}/orders.exe`,
      type: "Block",
      metadata: { sha256, version: "1.4.2" },
    });
  });

  inBothPasses("can bring a deleted release back for 14 days, or as long as was said", create(), (recording) => {
    expect(bodyOf(recording, "azure-native:storage:BlobServiceProperties").deleteRetentionPolicy).to.deep.equal({
      enabled: true,
      days: 14,
    });
  });

  inBothPasses("hands on what a service install takes", create(), (recording) => {
    const { artifacts } = Template.of(recording).findResource("windows-ha:index:ArtifactStore").outputs;
    expect(artifacts).to.deep.equal(
      known(recording, { orders: { url: "https://account/orders.exe", sha256, identityClientId: READER.clientId } }),
    );
  });

  it("names the account as Azure takes it, whatever the store is called", async () => {
    for (const name of ["orders-artifacts", "O", "a-very-long-name-of-some-service-artifacts", "login-win-dows"]) {
      const recording = await recordUpdate(
        () => new ArtifactStore(name, { ...PLACE, artifacts: [release], reader: READER }),
      );
      expect(bodyOf(recording, ACCOUNT).accountName)
        .to.match(/^[a-z0-9]{3,24}$/)
        .and.not.to.match(/^login|windows/);
    }
  });

  it("is well formed, in both passes", async () => {
    for (const recording of await recordEach(create())) {
      expectWellFormed(recording);
    }
  });

  inBothPasses("has no firewall when nobody says where uploads come from", create(), (recording) => {
    expect(bodyOf(recording, ACCOUNT)).not.to.have.property("networkRuleSet");
  });

  inBothPasses(
    "denies everybody but who uploads and the machines' subnets, single addresses as Azure takes them",
    create({ uploadFrom: ["198.51.100.7", "198.51.100.9/32", "203.0.113.0/24"], fromSubnetIds: ["/machines"] }),
    (recording) => {
      expect(bodyOf(recording, ACCOUNT).networkRuleSet).to.deep.equal({
        defaultAction: "Deny",
        bypass: "None",
        ipRules: ["198.51.100.7", "198.51.100.9", "203.0.113.0/24"].map((iPAddressOrRange) => ({
          action: "Allow",
          iPAddressOrRange,
        })),
        virtualNetworkRules: [{ action: "Allow", virtualNetworkResourceId: "/machines" }],
      });
    },
  );

  it("refuses a firewall that nobody reads through, and subnets without one", async () => {
    const closed = await attempt(create({ uploadFrom: ["198.51.100.7"] }));
    expect(closed.failure.message).to.include("[artifact-store-reach]").and.include("fromSubnetIds");
    expect(closed.registered).to.deep.equal([]);
    const open = await attempt(create({ fromSubnetIds: ["/machines"] }));
    expect(open.failure.message).to.include("without uploadFrom");
  });

  const FILES: { what: string; name: string; content?: Uint8Array; rules: string[] }[] = [
    { what: "isn't there", name: "gone.exe", rules: ["artifact-missing"] },
    {
      what: "is a Linux program",
      name: "elf.exe",
      content: Buffer.from("\x7fELF", "latin1"),
      rules: ["artifact-platform"],
    },
    {
      what: "has windows",
      name: "gui.exe",
      content: windowsProgram({ subsystem: 2 }),
      rules: ["artifact-not-console"],
    },
    {
      what: "has a name that no address takes",
      name: "or ders.exe",
      content: windowsProgram(),
      rules: ["artifact-name"],
    },
  ];
  for (const { what, name, content, rules } of FILES) {
    it(`refuses a file that ${what}, before anything exists`, async () => {
      const path = join(folder, name);
      if (content) writeFileSync(path, content);
      const { failure, registered } = await attempt(create({ artifacts: [{ ...release, path }] }));
      expect((failure as Error & { findings: { rule: string }[] }).findings.map(({ rule }) => rule)).to.deep.equal(
        rules,
      );
      expect(registered).to.deep.equal([]);
    });
  }

  it("keeps nothing, for nobody, where only packages go through it; programs need a reader", async () => {
    const recording = await recordUpdate(() => new ArtifactStore("orders-artifacts", { ...PLACE, artifacts: [] }));
    Template.of(recording).resourceCountIs("azure-native:authorization:RoleAssignment", 0);
    Template.of(recording).resourceCountIs("azure-native:storage:Blob", 0);
    const { failure, registered } = await attempt(
      () => new ArtifactStore("orders-artifacts", { ...PLACE, artifacts: [release] }),
    );
    expect(failure.message).to.include("[artifact-reader]").and.include("reader");
    expect(registered).to.deep.equal([]);
  });

  it("refuses a folder, and one name for two programs", async () => {
    mkdirSync(join(folder, "sub.exe"));
    const { failure } = await attempt(create({ artifacts: [{ ...release, path: join(folder, "sub.exe") }] }));
    expect(failure.message).to.include("a folder");
    const twice = await attempt(create({ artifacts: [release, { ...release, name: "ORDERS" }] }));
    expect(twice.failure.message).to.include('artifacts[1].name is "ORDERS", which artifacts[0] has already');
  });

  describe("in a cluster", () => {
    const service = (): WindowsArgs["service"] => ({ ...clusterArgs().service, artifact: { path: file } });
    type WindowsArgs = ReturnType<typeof clusterArgs>;
    const cluster = (changes: Partial<WindowsArgs>) => () => new WindowsHaCluster("orders", clusterArgs(changes));

    inBothPasses("doesn't exist when everything is published already", cluster({}), (recording) => {
      Template.of(recording).resourceCountIs(ACCOUNT, 0);
      expect(profileOf(recording).extensionProfile.extensions[0]!.protectedSettings).not.to.have.property(
        "managedIdentity",
      );
    });

    it("brings file and agent to the machines by their identity", async () => {
      const recording = await recordUpdate(
        cluster({ service: service(), agent: { path: file }, install: { transport: "customScript" } }),
      );
      const [install] = profileOf(recording).extensionProfile.extensions;
      expect(install!.protectedSettings).to.deep.include({ managedIdentity: { clientId: READER.clientId } });
      const { agentSha256, specJson } = parseInstallCommand(install!.protectedSettings!.commandToExecute)!;
      expect(agentSha256).to.equal(sha256);
      expect((JSON.parse(specJson) as AgentSpec).artifacts).to.deep.equal([
        {
          os: "windows",
          arch: "amd64",
          url: "https://account/orders.exe",
          sha256,
          authentication: { kind: "managedIdentity", clientId: READER.clientId },
        },
      ]);
      Template.of(recording).hasResourceInputs(ROLE, { principalId: READER.principalId });
    });

    inBothPasses(
      "is reached from its machines' subnet, which gets the service endpoint, and from where uploads come",
      cluster({
        service: service(),
        agent: { path: file },
        artifactStore: { uploadFrom: ["198.51.100.7"], fromSubnetIds: ["/builders"] },
        network: { serviceEndpoints: ["Microsoft.KeyVault"] },
      }),
      (recording) => {
        // azure-native completes the rules, so a preview knows all of them or nothing.
        expect(bodyOf(recording, ACCOUNT).networkRuleSet).to.deep.equal(
          known(recording, {
            defaultAction: "Deny",
            bypass: "None",
            ipRules: [{ action: "Allow", iPAddressOrRange: "198.51.100.7" }],
            virtualNetworkRules: ["orders-network-machines_id", "/builders"].map((virtualNetworkResourceId) => ({
              action: "Allow",
              virtualNetworkResourceId,
            })),
          }),
        );
        expect(bodyOf(recording, "azure-native:network:Subnet").serviceEndpoints).to.deep.equal([
          { service: "Microsoft.KeyVault" },
          { service: "Microsoft.Storage" },
        ]);
      },
    );

    inBothPasses(
      "is reached from an existing network's subnet, of which nothing is changed",
      cluster({
        service: service(),
        agent: { path: file },
        artifactStore: { uploadFrom: ["198.51.100.7"] },
        network: { existing: { machinesSubnetId: "/theirs" } },
      }),
      (recording) => {
        Template.of(recording).resourceCountIs("azure-native:network:Subnet", 0);
        expect(bodyOf(recording, ACCOUNT).networkRuleSet).to.deep.include({
          virtualNetworkRules: [{ action: "Allow", virtualNetworkResourceId: "/theirs" }],
        });
      },
    );

    it("uploads the agent of @windows-ha/agent when none is given, and only that for a published service", async () => {
      const recording = await recordUpdate(cluster({ agent: undefined, install: { transport: "customScript" } }));
      Template.of(recording).hasResourceInputs(BLOB, {
        blobName: Match.stringLikeRegexp("^windows-ha-agent/[\\d.]+/[0-9a-f]{8}/windows-ha-agent\\.exe$"),
      });
      Template.of(recording).resourceCountIs(BLOB, 1);
    });

    it("names missing files together with every other mistake", async () => {
      const gone = { path: join(folder, "gone.exe") };
      const { failure, registered } = await attempt(
        cluster({ service: { ...service(), port: 0, artifact: gone }, agent: gone }),
      );
      expect(failure.message).to.include("3 problems").and.include("agent.path").and.include("service.port");
      expect(registered).to.deep.equal([]);
    });

    it("takes a file by a path that is relative to where Pulumi runs the program", async () => {
      const former = process.cwd();
      process.chdir(folder);
      try {
        const recording = await recordUpdate(cluster({ service: { ...service(), artifact: { path: "orders.exe" } } }));
        const { source } = bodyOf(recording, BLOB) as { source: pulumi.asset.FileAsset };
        expect(await source.path).to.equal(file);
      } finally {
        process.chdir(former);
      }
    });
  });
});
