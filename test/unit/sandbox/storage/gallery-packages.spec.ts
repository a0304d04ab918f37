import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ResourceStore } from "../../../../packages/sandbox/src/azure";
import { sandboxLayout, type SandboxSettings } from "../../../../packages/sandbox/src/layout";
import {
  AccessTokens,
  packageFile,
  StoredBlobFiles,
  StoredGalleryPackages,
} from "../../../../packages/sandbox/src/storage";
import { unzip } from "../../../../packages/sandbox/src/storage/archives";
import { refusal } from "../azure/harness";

const PROVIDERS = "/subscriptions/s/resourceGroups/shop/providers";
const ACCOUNT = `${PROVIDERS}/Microsoft.Storage/storageAccounts/files`;
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/packages`;
const VERSION = `${PROVIDERS}/Microsoft.Compute/galleries/shop/applications/orders/versions/1.2.3`;
const CONTRIBUTOR =
  "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const ARCHIVE_HASH = "ab".repeat(32);

describe("sandbox: packages of galleries", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-packages-"));
  const layout = sandboxLayout(join(folder, "sandbox"));
  const settings: SandboxSettings = { block: 100, artifacts: {} };
  const blobs = new StoredBlobFiles({ layout, settings });
  const mediaLink = `${blobs.endpoint("files")}/packages/orders/1.2.3/windows-ha.zip`;
  const readme = join(folder, "readme.txt");
  const assets = {
    "readme.txt": { path: readme, hash: createHash("sha256").update("read me").digest("hex") },
    "agent-spec.json": { text: "{}" },
  };
  let store: ResourceStore;
  let packages: StoredGalleryPackages;

  beforeEach(async () => {
    rmSync(layout.folder, { recursive: true, force: true });
    mkdirSync(layout.folder, { recursive: true });
    writeFileSync(readme, "read me");
    store = new ResourceStore(layout.resources);
    packages = new StoredGalleryPackages({ layout, store, tokens: new AccessTokens(store) });
    put(ACCOUNT, "storage:StorageAccount", { accountName: "files" });
    put(CONTAINER, "storage:BlobContainer", { accountName: "files", containerName: "packages" });
    put(`${CONTAINER}/blobs/orders`, "storage:Blob", {
      accountName: "files",
      containerName: "packages",
      blobName: "orders/1.2.3/windows-ha.zip",
      source: { hash: ARCHIVE_HASH, assets },
    });
    put(`${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/publisher`, "authorization:RoleAssignment", {
      scope: CONTAINER,
      principalId: "publisher",
      roleDefinitionId: CONTRIBUTOR,
    });
    await blobs.keep({ hash: ARCHIVE_HASH, assets });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function put(id: string, type: string, inputs: Record<string, unknown>): void {
    store.put({ id, type: `azure-native:${type}`, name: id.split("/").at(-1)!, inputs, outputs: {} });
  }

  it("are the archives that were uploaded, and stay when those go", async () => {
    await packages.keep(VERSION, mediaLink, ["publisher"]);
    rmSync(layout.artifacts, { recursive: true });
    const files = await unzip(packageFile(layout, VERSION.toUpperCase()));
    expect(Object.keys(files)).to.deep.equal(["agent-spec.json", "readme.txt"]);
    expect(Buffer.from(files["readme.txt"]!).toString()).to.equal("read me");
  });

  it("are the same bytes for the same content", async () => {
    const archive = () => readFileSync(join(layout.artifacts, ARCHIVE_HASH, "archive.zip"));
    const first = archive();
    await blobs.keep({ hash: ARCHIVE_HASH, assets: { ...assets } });
    expect(archive().equals(first)).to.equal(true);
  });

  it("are refused when a file changed since it was declared", async () => {
    writeFileSync(readme, "changed");
    const { message } = await refusal(blobs.keep({ hash: ARCHIVE_HASH, assets }));
    expect(message).to.include("changed while it was deployed").and.include(readme);
  });

  it("are taken by an identity of the gallery that may read them only, and never past a firewall", async () => {
    const refused = async (link: string, principals: string[]) =>
      (await refusal(packages.keep(VERSION, link, principals))).message;
    expect(await refused(mediaLink, [])).to.include("no identity with a role");
    expect(await refused(mediaLink, ["machines"])).to.include("no identity with a role");
    expect(await refused(mediaLink.replace("1.2.3", "1.2.4"), ["publisher"])).to.include("there is no such blob");
    put(ACCOUNT, "storage:StorageAccount", {
      accountName: "files",
      networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "198.51.100.7" }] },
    });
    expect(await refused(mediaLink, ["publisher"])).to.include("firewall");
  });
});
