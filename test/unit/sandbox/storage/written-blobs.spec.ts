import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ResourceStore } from "../../../../packages/sandbox/src/azure";
import { sandboxLayout } from "../../../../packages/sandbox/src/layout";
import { AccessTokens, serveBlob, StoredBlobFiles, WrittenBlobs } from "../../../../packages/sandbox/src/storage";

const GROUP = "/subscriptions/s/resourceGroups/shop/providers";
const MACHINE = `${GROUP}/Microsoft.Compute/virtualMachines/consul-1`;
const CONTAINER = `${GROUP}/Microsoft.Storage/storageAccounts/files/blobServices/default/containers/snapshots`;
const ROLES = {
  reader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  contributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
};
const BLOCK_BLOB = { "x-ms-blob-type": "BlockBlob" };

describe("sandbox: blobs that machines write", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-written-"));
  const layout = sandboxLayout(folder);
  const settings = { block: 100, artifacts: {} };
  let store: ResourceStore;
  let server: Server;
  let endpoint: string;
  const authorization: Record<string, string> = {};

  before(async () => {
    mkdirSync(join(folder, "azure"), { recursive: true });
    store = new ResourceStore(layout.resources);
    const tokens = new AccessTokens(store);
    const put = (id: string, type: string, inputs: object, outputs: object = {}): void =>
      store.put({ id, type: `azure-native:${type}`, name: id, inputs: { ...inputs }, outputs: { ...outputs } });
    const identities = Object.keys(ROLES).map(
      (name) => `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
    );
    put(MACHINE, "compute:VirtualMachine", { identity: { userAssignedIdentities: identities } });
    put(CONTAINER, "storage:BlobContainer", { accountName: "files", containerName: "snapshots" });
    for (const [name, role] of Object.entries(ROLES)) {
      const identity = identities.find((id) => id.endsWith(name))!;
      put(identity, "managedidentity:UserAssignedIdentity", {}, { clientId: name, principalId: name });
      put(`${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/${name}`, "authorization:RoleAssignment", {
        scope: CONTAINER,
        principalId: name,
        roleDefinitionId: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      });
      const { token } = tokens.issue(MACHINE, "https://storage.azure.com", name) as { token: string };
      authorization[name] = `Bearer ${token}`;
    }
    const declared = {
      text: 'at "https://shop.vault.azure.net/secrets/key" and "https://other.vault.azure.net/"',
      hash: "ab".repeat(32),
    };
    await new StoredBlobFiles({ layout, settings }).keep(declared);
    put(`${CONTAINER}/blobs/declared`, "storage:Blob", {
      accountName: "files",
      containerName: "snapshots",
      blobName: "declared",
      source: declared,
    });
    server = createServer((request, response) => {
      const localUrl = (url: string): string | undefined =>
        url.startsWith("https://shop.") ? "http://127.100.1.9:7401/secrets/key" : undefined;
      void serveBlob({ layout, settings, store, tokens, localUrl }, request, response).then((isServed) => {
        if (!isServed) response.writeHead(418).end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/blobs/files/snapshots`;
  });

  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (
    method: string,
    path: string,
    { headers = {}, body, who = "contributor" }: { headers?: object; body?: string; who?: string } = {},
  ): Promise<{ status: number; code: string | null; etag: string | null; text: string }> => {
    const own = { Authorization: authorization[who]!, "x-ms-version": "2021-12-02", ...headers };
    const response = await fetch(endpoint + path, { method, headers: own, ...(body === undefined ? {} : { body }) });
    const { status, headers: answered } = response;
    return { status, code: answered.get("x-ms-error-code"), etag: answered.get("etag"), text: await response.text() };
  };
  const put = (path: string, body: string, headers: object = {}): ReturnType<typeof ask> =>
    ask("PUT", path, { headers: { ...BLOCK_BLOB, ...headers }, body });

  it("are read, listed in the order of their names, and deleted", async () => {
    expect((await put("/2026/b%20%26.snap", "second")).status).to.equal(201);
    expect((await put("/2026/a.snap", "first")).status).to.equal(201);
    expect((await ask("GET", "/2026/b%20%26.snap", { who: "reader" })).text).to.equal("second");

    const { text: listing } = await ask("GET", "?restype=container&comp=list&prefix=2026/", { who: "reader" });
    expect([...listing.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name)).to.deep.equal([
      "2026/a.snap",
      "2026/b &amp;.snap",
    ]);
    const first = await ask("GET", "?restype=container&comp=list&maxresults=1&prefix=2026/");
    expect(first.text).to.contain("<Content-Length>5</Content-Length>").and.not.contain("<Name>2026/b");
    const marker = encodeURIComponent(/<NextMarker>(.*?)<\/NextMarker>/.exec(first.text)![1]!.replace("&amp;", "&"));
    const rest = await ask("GET", `?restype=container&comp=list&maxresults=1&prefix=2026/&marker=${marker}`);
    expect(rest.text).to.contain("b &amp;").and.contain("<NextMarker></NextMarker>").and.not.contain("a.snap");

    expect((await ask("DELETE", "/2026/a.snap")).status).to.equal(202);
    expect((await ask("DELETE", "/2026/a.snap")).code).to.equal("BlobNotFound");
  });

  it("are not sent again to who has them, until they change", async () => {
    const { etag } = await put("/state", "one");
    const condition = { "If-None-Match": etag! };
    expect(await ask("GET", "/state", { headers: condition })).to.include({ status: 304, text: "" });
    const changed = await put("/state", "two");
    expect(changed.etag).to.not.equal(etag);
    expect(await ask("GET", "/state", { headers: condition })).to.include({ status: 200, text: "two" });
  });

  it("are written under a condition, as Azure has them", async () => {
    const { etag } = await put("/guarded", "one");
    expect((await put("/guarded", "two", { "If-None-Match": "*" })).code).to.equal("BlobAlreadyExists");
    expect((await put("/guarded", "two", { "If-Match": '"0x1"' })).code).to.equal("ConditionNotMet");
    expect((await put("/guarded", "two", { "If-Match": etag! })).status).to.equal(201);
    expect((await put("/new", "one", { "If-None-Match": "*" })).status).to.equal(201);
  });

  it("are refused to whoever may only read, and what a program declares to everybody", async () => {
    const body = { headers: BLOCK_BLOB, body: "x" };
    expect((await ask("PUT", "/mine", { ...body, who: "reader" })).code).to.equal("AuthorizationPermissionMismatch");
    expect((await ask("DELETE", "/new", { who: "reader" })).code).to.equal("AuthorizationPermissionMismatch");
    expect((await ask("PUT", "/mine", { body: "x" })).code).to.equal("MissingRequiredHeader");
    expect((await ask("PUT", "/declared", body)).code).to.equal("BlobIsDeclared");
    expect((await ask("DELETE", "/declared")).code).to.equal("BlobIsDeclared");
  });

  it("lead to the vaults here where a program's text names them, and nowhere else", async () => {
    expect((await ask("GET", "/declared", { who: "reader" })).text).to.equal(
      'at "http://127.100.1.9:7401/secrets/key" and "https://other.vault.azure.net/"',
    );
  });

  it("don't get out of their container by a name", async () => {
    expect((await put("/..%2F..%2F..%2Foutside", "x")).status).to.equal(201);
    expect((await ask("GET", "/..%2F..%2F..%2Foutside")).text).to.equal("x");
    expect(existsSync(join(folder, "outside"))).to.equal(false);
  });

  it("go with their container", async () => {
    const written = new WrittenBlobs(layout);
    await written.prune(store);
    expect(await written.list("files", "snapshots")).to.not.deep.equal([]);
    store.delete(CONTAINER);
    await written.prune(store);
    expect(await written.list("files", "snapshots")).to.deep.equal([]);
  });
});
