import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ResourceStore } from "../../../../packages/sandbox/src/azure";
import { sandboxLayout, type SandboxSettings } from "../../../../packages/sandbox/src/layout";
import {
  AccessTokens,
  serveBlob,
  ScheduledEvents,
  startMetadataServer,
  StoredBlobFiles,
  type MetadataServer,
} from "../../../../packages/sandbox/src/storage";
import { windowsProgram } from "../../../support/windows-program";
import { refusal } from "../azure/harness";
import { privateLink } from "./private-link";

const GROUP = "/subscriptions/s/resourceGroups/shop/providers";
const MACHINES = `${GROUP}/Microsoft.Compute/virtualMachineScaleSets/orders`;
const CONTAINER = `${GROUP}/Microsoft.Storage/storageAccounts/files/blobServices/default/containers/artifacts`;
const READER =
  "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
const VERSION = { "x-ms-version": "2021-12-02" };

describe("sandbox: private blobs", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-blobs-"));
  const layout = sandboxLayout(join(folder, "sandbox"));
  const settings: SandboxSettings = { block: 100, artifacts: {} };
  const program = join(folder, "orders.exe");
  const hash = createHash("sha256").update(windowsProgram()).digest("hex");
  let store: ResourceStore;
  let tokens: AccessTokens;
  let metadata: MetadataServer;
  let server: Server;
  let endpoint: string;

  before(async () => {
    mkdirSync(layout.folder, { recursive: true });
    writeFileSync(program, windowsProgram());
    writeFileSync(join(folder, "orders"), readFileSync(process.execPath).subarray(0, 4096), { mode: 0o755 });
    store = new ResourceStore(layout.resources);
    tokens = new AccessTokens(store);
    const put = (id: string, type: string, inputs: object, outputs: object = {}): void =>
      store.put({
        id,
        type: `azure-native:${type}`,
        name: id.split("/").at(-1)!,
        inputs: { ...inputs },
        outputs: { ...outputs },
      });
    for (const name of ["reader", "stranger"]) {
      const id = `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
      put(
        id,
        "managedidentity:UserAssignedIdentity",
        {},
        { clientId: `client-${name}`, principalId: `principal-${name}` },
      );
    }
    const identities = ["reader", "stranger"].map(
      (name) => `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
    );
    put(MACHINES, "compute:VirtualMachineScaleSet", { identity: { userAssignedIdentities: identities } });
    put(CONTAINER, "storage:BlobContainer", { accountName: "files", containerName: "artifacts" });
    const where = { accountName: "files", containerName: "artifacts", blobName: "orders/1.4.2/orders.exe" };
    put(`${CONTAINER}/blobs/orders%2F1.4.2`, "storage:Blob", { ...where, source: { path: program, hash } });
    const grant = { scope: CONTAINER, principalId: "principal-reader", roleDefinitionId: READER };
    put(`${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/one`, "authorization:RoleAssignment", grant);
    await new StoredBlobFiles({ layout, settings }).keep({ path: program, hash });

    metadata = await startMetadataServer("127.0.0.1", {
      name: "machine",
      owner: MACHINES,
      tokens,
      events: new ScheduledEvents("machine"),
    });
    server = createServer((request, response) => {
      void serveBlob({ layout, settings, store, tokens }, request, response).then((isServed) => {
        if (!isServed) response.writeHead(418).end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(() => {
    metadata.close();
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  const token = async (
    clientId?: string,
    headers: Record<string, string> = { Metadata: "true" },
  ): Promise<Response> => {
    const query = new URLSearchParams({ "api-version": "2018-02-01", resource: "https://storage.azure.com/" });
    if (clientId) query.set("client_id", clientId);
    return fetch(`${metadata.address}/metadata/identity/oauth2/token?${query.toString()}`, { headers });
  };
  const tokenOf = async (clientId: string): Promise<string> =>
    ((await (await token(clientId)).json()) as { access_token: string }).access_token;
  const ask = async (
    headers: Record<string, string>,
    path = "/blobs/files/artifacts/orders/1.4.2/orders.exe",
  ): Promise<string> => {
    const response = await fetch(endpoint + path, { headers });
    await response.arrayBuffer();
    return `${response.status} ${response.headers.get("x-ms-error-code") ?? "OK"}`;
  };

  it("are read with a token of an identity that has the role", async () => {
    const response = await fetch(`${endpoint}/blobs/files/artifacts/orders/1.4.2/orders.exe`, {
      headers: { ...VERSION, Authorization: `Bearer ${await tokenOf("client-reader")}` },
    });
    expect(response.status).to.equal(200);
    expect(
      createHash("sha256")
        .update(Buffer.from(await response.arrayBuffer()))
        .digest("hex"),
    ).to.equal(hash);
  });

  it("have their host build beside them, as private as they are", async () => {
    const path = "/host-builds/files/artifacts/orders/1.4.2/orders.exe";
    const authorization = { ...VERSION, Authorization: `Bearer ${await tokenOf("client-reader")}` };
    const body = await (await fetch(endpoint + path, { headers: authorization })).arrayBuffer();
    expect(Buffer.from(body)).to.deep.equal(readFileSync(join(folder, "orders")));
    expect(await ask({}, path)).to.equal("409 PublicAccessNotPermitted");
  });

  it("are refused to everybody else, in Azure's words", async () => {
    const good = `Bearer ${await tokenOf("client-reader")}`;
    const stranger = `Bearer ${await tokenOf("client-stranger")}`;
    expect(await ask({})).to.equal("409 PublicAccessNotPermitted");
    expect(await ask({ Authorization: good })).to.equal("400 InvalidHeaderValue");
    expect(await ask({ ...VERSION, Authorization: "Bearer forged" })).to.equal("401 InvalidAuthenticationInfo");
    expect(await ask({ ...VERSION, Authorization: stranger })).to.equal("403 AuthorizationPermissionMismatch");
    expect(await ask({ ...VERSION, Authorization: good }, "/blobs/files/artifacts/gone.exe")).to.equal(
      "404 BlobNotFound",
    );
  });

  it("don't tell a stranger which of them exist", async () => {
    const headers = { ...VERSION, Authorization: `Bearer ${await tokenOf("client-stranger")}` };
    expect(await ask(headers, "/blobs/files/artifacts/gone.exe")).to.equal("403 AuthorizationPermissionMismatch");
  });

  it("are refused as soon as the role is gone", async () => {
    const headers = { ...VERSION, Authorization: `Bearer ${await tokenOf("client-reader")}` };
    const id = `${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/one`;
    const role = store.get(id)!;
    store.delete(id);
    expect(await ask(headers)).to.equal("403 AuthorizationPermissionMismatch");
    store.put(role);
    expect(await ask(headers)).to.equal("200 OK");
  });

  describe("behind an account's firewall", () => {
    const NETWORK = `${GROUP}/Microsoft.Network/virtualNetworks/net`;
    const ACCOUNT = `${GROUP}/Microsoft.Storage/storageAccounts/files`;
    const put = (id: string, type: string, inputs: object): void =>
      store.put({
        id,
        type: `azure-native:${type}`,
        name: id.split("/").at(-1)!,
        inputs: { ...inputs },
        outputs: {},
      });
    const subnet = (...services: string[]): void =>
      put(`${NETWORK}/subnets/machines`, "network:Subnet", {
        addressPrefix: "10.0.0.0/24",
        serviceEndpoints: services.map((service) => ({ service })),
      });
    const admit = (ipRules: string[], subnets: string[]): void =>
      put(ACCOUNT, "storage:StorageAccount", {
        accountName: "files",
        networkRuleSet: {
          defaultAction: "Deny",
          ipRules: ipRules.map((iPAddressOrRange) => ({ iPAddressOrRange })),
          virtualNetworkRules: subnets.map((name) => ({ virtualNetworkResourceId: `${NETWORK}/subnets/${name}` })),
        },
      });
    let headers: Record<string, string>;

    before(async () => {
      const machines = store.get(MACHINES)!;
      const ipConfigurations = [{ subnet: { id: `${NETWORK}/subnets/machines` } }];
      const networkProfile = { networkInterfaceConfigurations: [{ ipConfigurations }] };
      store.put({ ...machines, inputs: { ...machines.inputs, virtualMachineProfile: { networkProfile } } });
      put(NETWORK, "network:VirtualNetwork", { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
      subnet("Microsoft.Storage");
      headers = { ...VERSION, Authorization: `Bearer ${await tokenOf("client-reader")}` };
    });
    after(() => store.delete(ACCOUNT));

    it("are read from a subnet that it admits", async () => {
      admit([], ["machines"]);
      expect(await ask(headers)).to.equal("200 OK");
    });

    it("are not read from another subnet, nor by the address that the machines go out with", async () => {
      admit(["0.0.0.0/0"], ["others"]);
      expect(await ask(headers)).to.equal("403 AuthorizationFailure");
    });

    it("are not read any more when the subnet loses its service endpoint", async () => {
      admit([], ["machines"]);
      subnet("Microsoft.KeyVault");
      expect(await ask(headers)).to.equal("403 AuthorizationFailure");
      subnet("Microsoft.Storage");
      expect(await ask(headers)).to.equal("200 OK");
    });

    it("are read past it by a private endpoint that the machines' network finds", async () => {
      admit(["203.0.113.10"], []);
      expect(await ask(headers)).to.equal("403 AuthorizationFailure");
      for (const { id, type, inputs } of privateLink(ACCOUNT, NETWORK)) put(id, type, inputs);
      expect(await ask(headers)).to.equal("200 OK");
      expect(await ask({}), "the Internet goes on by the public address").to.equal("409 PublicAccessNotPermitted");
      for (const { id } of privateLink(ACCOUNT, NETWORK)) store.delete(id);
    });

    it("ask the Internet for its address first, and for its rights then", async () => {
      admit([], ["machines"]);
      expect(await ask({})).to.equal("403 AuthorizationFailure");
      admit(["203.0.113.10"], ["machines"]);
      expect(await ask({})).to.equal("409 PublicAccessNotPermitted");
    });
  });

  it("are refused until a new role has spread as long as the profile says", async () => {
    const reader = "principal-reader";
    const roles = new Set(["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"]);
    const id = `${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/one`;
    const role = store.get(id)!;
    const knows = (rolePropagationMs: number): boolean =>
      new AccessTokens(store, { rolePropagationMs: () => rolePropagationMs }).hasRole(reader, CONTAINER, roles);
    store.put({ ...role, outputs: { createdOn: new Date(Date.now() - 10_000).toISOString() } });
    expect([0, 9_000, 60_000].map(knows)).to.deep.equal([true, true, false]);
    store.put(role);
    expect(knows(60_000), "one that was declared before its time was kept").to.equal(true);
  });

  it("need a token for Azure Storage, not for something else", async () => {
    const issued = tokens.issue(MACHINES, "https://vault.azure.net", "client-reader") as { token: string };
    expect(await ask({ ...VERSION, Authorization: `Bearer ${issued.token}` })).to.equal(
      "401 InvalidAuthenticationInfo",
    );
  });

  it("leave other addresses to whoever serves them", async () => {
    expect(await ask({}, "/artifacts/x")).to.equal("418 OK");
  });

  const REFUSED: [what: string, answer: () => Promise<Response>, says: string][] = [
    ["an identity that the machine doesn't have", () => token("client-other"), "Identity not found"],
    ["no identity where there are two", () => token(), "Multiple user assigned identities exist"],
    ["a request without the header, as a forged one is", () => token("client-reader", {}), "Required metadata header"],
  ];
  for (const [what, answer, says] of REFUSED) {
    it(`have no token for ${what}`, async () => {
      const response = await answer();
      expect(response.status).to.equal(400);
      expect(JSON.stringify(await response.json())).to.contain(says);
    });
  }

  it("keep a program's host build by the program's hash, and say what is missing without one", async () => {
    expect(settings.artifacts[hash]!.host.fileName).to.equal("orders");
    expect(existsSync(join(layout.artifacts, hash, "orders.exe"))).to.equal(true);
    const alone = join(folder, "alone.exe");
    writeFileSync(alone, windowsProgram());
    const files = new StoredBlobFiles({ layout, settings });
    expect((await refusal(files.keep({ path: alone, hash }))).message).to.contain("host build");
    expect((await refusal(files.keep({ path: program, hash: "00" }))).message).to.contain(
      "changed while it was deployed",
    );
  });
});
