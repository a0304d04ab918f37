import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ProfileEffects, ResourceStore } from "../../../../packages/sandbox/src/azure";
import { sandboxLayout } from "../../../../packages/sandbox/src/layout";
import { AccessTokens } from "../../../../packages/sandbox/src/storage";
import { SecretVersions, Vaults } from "../../../../packages/sandbox/src/vault";
import { privateLink } from "./private-link";

const GROUP = "/subscriptions/s/resourceGroups/shop/providers";
const VAULT = `${GROUP}/Microsoft.KeyVault/vaults/orders-0a1b`;
const SECRET = `${VAULT}/secrets/token`;
const MACHINES = `${GROUP}/Microsoft.Compute/virtualMachineScaleSets/orders`;
const READER =
  "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6";
const CANARY = "canary-5e90d1c7a2b4";
const PROPAGATION_MS = 60_000;

interface Bundle {
  value: string;
  id: string;
  contentType: string;
  attributes: { enabled: boolean };
  error: { code: string; message: string; innererror?: { code: string } };
}

describe("sandbox: key vaults, as machines ask them", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-vaults-"));
  const layout = sandboxLayout(folder);
  // Of this test alone: the whole of 127.x.y.z is this computer.
  const address = `127.250.${process.pid % 250}.${1 + (Math.floor(process.pid / 250) % 250)}`;
  const log: string[] = [];
  let store: ResourceStore;
  let tokens: AccessTokens;
  let versions: SecretVersions;
  let vaults: Vaults;

  const put = (id: string, type: string, inputs: object, outputs: object = {}): void =>
    store.put({
      id,
      type: `azure-native:${type}`,
      name: id.split("/").at(-1)!,
      inputs: { ...inputs },
      outputs: { ...outputs },
    });
  const grant = (name: string, scope: string, createdOn: number): void =>
    put(
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      "authorization:RoleAssignment",
      { scope, principalId: `principal-${name}`, roleDefinitionId: READER },
      { createdOn: new Date(createdOn).toISOString() },
    );
  const identity = (name: string): string => `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  const NAMES = ["reader", "one-secret", "new", "stranger"];

  before(async () => {
    mkdirSync(join(folder, "azure"), { recursive: true });
    store = new ResourceStore(layout.resources);
    tokens = new AccessTokens(store, new ProfileEffects({ rolePropagationMs: PROPAGATION_MS }));
    versions = new SecretVersions(layout);
    for (const name of NAMES) {
      put(
        identity(name),
        "managedidentity:UserAssignedIdentity",
        {},
        { clientId: `client-${name}`, principalId: `principal-${name}` },
      );
    }
    put(MACHINES, "compute:VirtualMachineScaleSet", { identity: { userAssignedIdentities: NAMES.map(identity) } });
    const properties = { tenantId: "11111111-2222-3333-4444-555555555555", softDeleteRetentionInDays: 30 };
    put(VAULT, "keyvault:Vault", { vaultName: "orders-0a1b", location: "westeurope", properties });
    for (const name of ["token", "other"]) put(`${VAULT}/secrets/${name}`, "keyvault:Secret", {});
    versions.keep(SECRET, CANARY, "text/plain");
    grant("reader", VAULT, 0);
    grant("one-secret", `${VAULT}/secrets/other`, 0);
    grant("new", VAULT, Date.now());
    vaults = new Vaults({ store, tokens, versions, addressOf: () => address, log: (line) => log.push(line) });
    await vaults.start();
  });
  after(async () => {
    await vaults.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const tokenOf = (name: string, audience = "https://vault.azure.net"): string => {
    const issued = tokens.issue(MACHINES, audience, `client-${name}`);
    if ("error" in issued) throw new Error(issued.description);
    return issued.token;
  };
  const ask = async (
    path: string,
    token: string | undefined,
    query = "?api-version=7.4",
  ): Promise<{ answer: string; body: Bundle; headers: Headers }> => {
    const url = vaults.localUrl(`https://orders-0a1b.vault.azure.net/secrets/${path}`)!;
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const response = await fetch(url + query, { headers });
    const body = (await response.json()) as Bundle;
    return { answer: `${response.status} ${body.error?.code ?? "OK"}`, body, headers: response.headers };
  };

  it("give the newest value to an identity with the role, as Azure words it", async () => {
    const { answer, body } = await ask("token", tokenOf("reader"));
    expect(answer).to.equal("200 OK");
    expect(body).to.deep.include({ value: CANARY, contentType: "text/plain" });
    expect(body.id).to.match(/^https:\/\/orders-0a1b\.vault\.azure\.net\/secrets\/token\/[0-9a-f]{32}$/);
    expect(body.attributes).to.include({ enabled: true, recoveryLevel: "Recoverable", recoverableDays: 30 });
  });

  it("keep former versions, each at its own address", async () => {
    const former = (await ask("token", tokenOf("reader"))).body.id.split("/").at(-1)!;
    const latest = versions.keep(SECRET, `${CANARY}-new`, undefined);
    expect((await ask("token", tokenOf("reader"))).body).to.include({ value: `${CANARY}-new` });
    expect((await ask(`token/${former}`, tokenOf("reader"))).body).to.include({ value: CANARY });
    expect((await ask(`token/${latest}`, tokenOf("reader"))).body.value).to.equal(`${CANARY}-new`);
  });

  it("tell who comes without a good token where to get one", async () => {
    for (const token of [undefined, "made-up", tokenOf("reader", "https://storage.azure.com/")]) {
      const { answer, headers } = await ask("token", token);
      expect(answer).to.equal("401 Unauthorized");
      expect(headers.get("www-authenticate")).to.equal(
        'Bearer authorization="https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555", resource="https://vault.azure.net"',
      );
    }
  });

  it("refuse an identity without the role, or with one that isn't known everywhere yet", async () => {
    for (const name of ["stranger", "one-secret", "new"]) {
      const { answer, body } = await ask("token", tokenOf(name));
      expect(answer, name).to.equal("403 Forbidden");
      expect(body.error.innererror).to.deep.equal({ code: "ForbiddenByRbac" });
      expect(body.error.message).to.contain("please observe propagation time").and.contain(SECRET);
    }
  });

  it("know a right on one secret from a right on the vault", async () => {
    versions.keep(`${VAULT}/secrets/other`, "another", undefined);
    expect((await ask("other", tokenOf("one-secret"))).answer).to.equal("200 OK");
  });

  it("answer machines with a private link alone when their public address is closed, in Azure's words", async () => {
    const vault = store.get(VAULT)!;
    const machines = store.get(MACHINES)!;
    const NETWORK = `${GROUP}/Microsoft.Network/virtualNetworks/net`;
    const ipConfigurations = [{ subnet: { id: `${NETWORK}/subnets/machines` } }];
    const networkProfile = { networkInterfaceConfigurations: [{ ipConfigurations }] };
    store.put({ ...machines, inputs: { ...machines.inputs, virtualMachineProfile: { networkProfile } } });
    const properties = { ...(vault.inputs["properties"] as object), publicNetworkAccess: "Disabled" };
    store.put({ ...vault, inputs: { ...vault.inputs, properties } });

    const closed = await ask("token", tokenOf("reader"));
    expect(closed.answer).to.equal("403 Forbidden");
    expect(closed.body.error.innererror!.code).to.equal("ForbiddenByConnection");
    expect(closed.body.error.message).to.contain("nor via an approved private link");
    expect((await ask("token", undefined)).answer, "who is unknown is asked who it is").to.equal("401 Unauthorized");

    const link = privateLink(VAULT, NETWORK, { groupId: "vault", zoneName: "privatelink.vaultcore.azure.net" });
    for (const { id, type, inputs } of link) put(id, type, inputs);
    expect((await ask("token", tokenOf("reader"))).answer).to.equal("200 OK");
    for (const { id } of link) store.delete(id);
    store.put(vault);
    store.put(machines);
  });

  it("have no secret that isn't declared, and no version that never was", async () => {
    const token = tokenOf("reader");
    versions.keep(`${VAULT}/secrets/gone`, "was there", undefined);
    expect((await ask("gone", token)).answer).to.equal("404 SecretNotFound");
    expect((await ask(`token/${"0".repeat(32)}`, token)).answer).to.equal("404 SecretNotFound");
  });

  it("want to know the version of the interface", async () => {
    expect((await ask("token", tokenOf("reader"), "")).answer).to.equal("400 BadParameter");
  });

  it("keep values so that no look into the sandbox's files or log finds one", () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).to.include("secrets.json");
    for (const { parentPath, name } of files) {
      const text = readFileSync(join(parentPath, name), "utf8");
      for (const shape of [CANARY, Buffer.from(CANARY).toString("base64")]) expect(text, name).to.not.contain(shape);
    }
    expect(log).to.deep.equal([]);
  });

  it("are no vaults that aren't declared, and forget everything once deleted", async () => {
    expect(vaults.localUrl("https://team.vault.azure.net/secrets/token")).to.equal(undefined);
    const url = vaults.localUrl("https://orders-0a1b.vault.azure.net/secrets/token")!;
    store.delete(VAULT);
    expect(vaults.localUrl("https://orders-0a1b.vault.azure.net/secrets/token")).to.equal(undefined);
    expect(versions.get(SECRET)).to.equal(undefined);
    const outcome = await fetch(url).then(
      () => "answered",
      () => "closed",
    );
    expect(outcome).to.equal("closed");
  });
});
