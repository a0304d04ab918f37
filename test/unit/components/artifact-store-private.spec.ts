import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Template } from "@windows-ha/testing";
import { ArtifactStore, WindowsHaCluster, type ArtifactStoreArgs, type WindowsHaClusterArgs } from "windows-ha";
import { windowsProgram } from "../../support/windows-program";
import { attempt, bodyOf, clusterArgs, inBothPasses, known, PLACE, SCALE_SET } from "./support";

const ACCOUNT = "azure-native:storage:StorageAccount";
const READER = {
  principalId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-000000000000",
};

describe("ArtifactStore, reached privately", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-store-"));
  const file = join(folder, "orders.exe");
  before(() => writeFileSync(file, windowsProgram()));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const artifacts = [{ name: "orders", version: "1.4.2", path: file }];
  const create =
    (changes: Partial<ArtifactStoreArgs> = {}) =>
    () =>
      new ArtifactStore("orders-artifacts", { ...PLACE, artifacts, reader: READER, ...changes });
  const service = (): WindowsHaClusterArgs["service"] => ({ ...clusterArgs().service, artifact: { path: file } });
  const cluster = (changes: Partial<WindowsHaClusterArgs>) => () =>
    new WindowsHaCluster("orders", clusterArgs(changes));

  const PRIVATE = { uploadFrom: ["198.51.100.7"], private: { subnetId: "/subnet", virtualNetworkId: "/network" } };

  inBothPasses(
    "is read through a private endpoint beside the addresses that upload, and by its own name",
    create(PRIVATE),
    (recording) => {
      expect(bodyOf(recording, ACCOUNT).networkRuleSet).to.deep.equal({
        defaultAction: "Deny",
        bypass: "None",
        ipRules: [{ action: "Allow", iPAddressOrRange: "198.51.100.7" }],
        virtualNetworkRules: [],
      });
      const endpoint = bodyOf(recording, "azure-native:network:PrivateEndpoint");
      expect(endpoint.subnet).to.deep.include({ id: "/subnet" });
      expect(endpoint.privateLinkServiceConnections).to.deep.equal([
        { name: "blob", groupIds: ["blob"], privateLinkServiceId: known(recording, "orders-artifacts_id") },
      ]);
      expect(bodyOf(recording, "azure-native:privatedns:PrivateZone")).to.deep.include({
        privateZoneName: "privatelink.blob.core.windows.net",
      });
      expect(bodyOf(recording, "azure-native:network:PrivateDnsZoneGroup").privateDnsZoneConfigs).to.deep.equal([
        { name: "blob", privateDnsZoneId: known(recording, "orders-artifacts-zone_id") },
      ]);
      expect(Template.of(recording).findResource("windows-ha:index:ArtifactStore").outputs).to.include({
        privateDnsZoneId: known(recording, "orders-artifacts-zone_id"),
      });
    },
  );

  it("refuses a private endpoint where nobody can upload, and one that no name leads to", async () => {
    const closed = await attempt(create({ private: PRIVATE.private }));
    expect(closed.failure.message).to.include("uploadFrom is missing, with private");
    const lost = await attempt(create({ ...PRIVATE, private: { subnetId: "/subnet" } }));
    expect(lost.failure.message).to.include("[private-dns]").and.include("privatelink.blob.core.windows.net");
  });

  inBothPasses(
    "is read by a private endpoint in the machines' subnet, which needs no service endpoint then",
    cluster({
      service: service(),
      agent: { path: file },
      artifactStore: { uploadFrom: ["198.51.100.7"], private: true },
    }),
    (recording) => {
      const urnOf = (name: string): string => recording.resources.find((resource) => resource.name === name)!.urn;
      expect(bodyOf(recording, ACCOUNT).networkRuleSet).to.deep.include({ virtualNetworkRules: [] });
      expect(bodyOf(recording, "azure-native:network:Subnet")).not.to.have.property("serviceEndpoints");
      const { propertyDependencies } = Template.of(recording).findResource("azure-native:network:PrivateEndpoint");
      expect(propertyDependencies["subnet"]).to.deep.equal([urnOf("orders-network-machines")]);
      expect(Template.of(recording).findResource(SCALE_SET).dependsOn).to.include(
        urnOf("orders-artifacts-endpoint-dns"),
      );
    },
  );
});
