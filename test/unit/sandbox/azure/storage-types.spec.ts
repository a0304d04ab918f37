import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { azureNativeProvider, ProfileEffects, ResourceStore } from "../../../../packages/sandbox/src/azure";
import type { PropertyMap, ResourceProviderImplementation } from "../../../../packages/sandbox/src/provider";
import { FakeDataPlane } from "./fake-data-plane";
import { GROUP, refusal, SUBSCRIPTION } from "./harness";

const GROUP_TYPE = "azure-native:resources:ResourceGroup";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
const ACCOUNT = "azure-native:storage:StorageAccount";
const SERVICE = "azure-native:storage:BlobServiceProperties";
const CONTAINER = "azure-native:storage:BlobContainer";
const BLOB = "azure-native:storage:Blob";
const ROLE = "azure-native:authorization:RoleAssignment";

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const source = (path: string, hash = "ab".repeat(32)): PropertyMap => ({
  "4dabf18193072939515e22adb298388d": ASSET,
  path,
  hash,
});
const inAccount = { resourceGroupName: "shop", accountName: "shopfiles" };
const account = { ...inAccount, location: "westeurope", kind: "StorageV2", sku: { name: "Standard_ZRS" } };
const service = { ...inAccount, blobServicesName: "default", deleteRetentionPolicy: { enabled: true, days: 14 } };
const container = { ...inAccount, containerName: "artifacts", publicAccess: "None" };
const blob = {
  ...inAccount,
  containerName: "artifacts",
  blobName: "orders/1.4.2/abababab/orders.exe",
  type: "Block",
  source: source("/build/orders.exe"),
};
const CONTAINER_ID = `${GROUP}/providers/Microsoft.Storage/storageAccounts/shopfiles/blobServices/default/containers/artifacts`;
const READER = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1`;
const NAME = "0a0a0a0a-1b1b-2c2c-3d3d-4e4e4e4e4e4e";

describe("sandbox: storage accounts, blobs and roles", () => {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-storage-"));
  let store: ResourceStore;
  let dataPlane: FakeDataPlane;
  let provider: ResourceProviderImplementation;

  beforeEach(async () => {
    rmSync(join(folder, "resources.json"), { force: true });
    store = new ResourceStore(join(folder, "resources.json"));
    dataPlane = new FakeDataPlane();
    provider = azureNativeProvider({ store, dataPlane, log: () => {}, profile: new ProfileEffects({}) });
    await create(GROUP_TYPE, { resourceGroupName: "shop", location: "westeurope" });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const subject = (type: string) => ({
    urn: `urn:pulumi:dev::shop::${type}::it`,
    name: "it",
    type,
    connection: "test",
  });
  const create = (type: string, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> =>
    provider.create({ ...subject(type), inputs, preview: false, signal: new AbortController().signal });
  const check = (
    type: string,
    news: PropertyMap,
    randomSeed = new Uint8Array(),
  ): { inputs: PropertyMap; failures: string[] } =>
    provider.check({ ...subject(type), olds: {}, news, randomSeed, autonaming: undefined });
  const remove = (type: string, id: string): Promise<void> =>
    provider.delete({ ...subject(type), id, state: {}, signal: new AbortController().signal });
  const identity = async (): Promise<string> => {
    const { outputs } = await create(IDENTITY, {
      resourceGroupName: "shop",
      location: "westeurope",
      resourceName: "machines",
    });
    return outputs["principalId"] as string;
  };

  const REFUSED: [type: string, inputs: PropertyMap, answer: RegExp][] = [
    [ACCOUNT, { ...account, accountName: "shop-files" }, /accountName: AccountNameInvalid/],
    [ACCOUNT, { ...account, accountName: "s".repeat(25) }, /AccountNameInvalid/],
    [ACCOUNT, { ...account, sku: { name: "Standard_XRS" } }, /sku\.name: "Standard_XRS" is not allowed/],
    [ACCOUNT, { ...account, minimumTlsVersion: "TLS2" }, /minimumTlsVersion: "TLS2" is not allowed/],
    ...["10.0.0.1", "198.51.100.8/31", "198.51.100.8/32", "198.51.100.7/24", "2001:db8::1"].map(
      (iPAddressOrRange): [string, PropertyMap, RegExp] => [
        ACCOUNT,
        { ...account, networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange }] } },
        /iPAddressOrRange: InvalidValuesForRequestParameters: .*networkAcls\.ipRule/,
      ],
    ),
    [CONTAINER, { ...container, containerName: "My--Files" }, /containerName: ContainerOperationFailure/],
    [SERVICE, { ...service, deleteRetentionPolicy: { enabled: true } }, /deleteRetentionPolicy\.days: .*1 to 365/],
    [SERVICE, { ...service, blobServicesName: "mine" }, /blobServicesName: InvalidParameter: .*named default/],
    [BLOB, { ...blob, source: { uri: "https://files.example.com/a", hash: "ab" } }, /source: .*give a FileAsset/],
    [
      ROLE,
      { roleAssignmentName: "reader", scope: CONTAINER_ID, principalId: NAME, roleDefinitionId: READER },
      /must be a GUID/,
    ],
    [ROLE, { scope: CONTAINER_ID, principalId: GROUP, roleDefinitionId: READER }, /principalId: InvalidPrincipalId/],
    [ROLE, { scope: CONTAINER_ID, principalId: NAME, roleDefinitionId: "Reader" }, /InvalidRoleDefinitionId/],
  ];
  for (const [type, inputs, answer] of REFUSED) {
    it(`refuses ${type.split(":").at(-1)} ${answer}`, () => {
      expect(check(type, inputs).failures.join("\n")).to.match(answer);
    });
  }

  it("keeps a blob's file under the address that the machines download", async () => {
    const { outputs: made } = await create(ACCOUNT, account);
    expect(made["primaryEndpoints"]).to.deep.equal({ blob: "http://127.100.0.1:7400/blobs/shopfiles/" });
    await create(CONTAINER, container);
    const { outputs } = await create(BLOB, blob);
    expect(outputs).to.include({
      name: "orders/1.4.2/abababab/orders.exe",
      url: "http://127.100.0.1:7400/blobs/shopfiles/artifacts/orders/1.4.2/abababab/orders.exe",
    });
    expect(dataPlane.keptFiles).to.deep.equal([{ path: "/build/orders.exe", hash: "ab".repeat(32) }]);
    await create(BLOB, { ...blob, blobName: "note", source: { text: "hello", hash: "cd".repeat(32) } });
    expect(dataPlane.keptFiles[1]).to.deep.equal({ text: "hello", hash: "cd".repeat(32) });
  });

  it("answers with no key of an account, under any name", async () => {
    const { outputs } = await create(ACCOUNT, account);
    expect(JSON.stringify(outputs)).not.to.match(/key/i);
  });

  it("uploads nothing with a key that the account doesn't take, and nothing through its firewall", async () => {
    const refused = async (changes: PropertyMap): Promise<string> => {
      const accountName = `files${store.list(ACCOUNT).length}`;
      await create(ACCOUNT, { ...account, ...changes, accountName });
      await create(CONTAINER, { ...container, accountName });
      return create(BLOB, { ...blob, accountName }).then(
        () => "nothing",
        (error: Error) => error.message,
      );
    };
    const deny = { bypass: "None", defaultAction: "Deny" };
    expect(await refused({ allowSharedKeyAccess: false })).to.contain("KeyBasedAuthenticationNotPermitted");
    expect(await refused({ networkRuleSet: deny })).to.contain("AuthorizationFailure");
    const others = { ...deny, ipRules: [{ iPAddressOrRange: "198.51.100.0/24" }] };
    expect(await refused({ networkRuleSet: others })).to.contain("AuthorizationFailure");
    expect(dataPlane.keptFiles).to.deep.equal([]);
    const own = { ...deny, ipRules: [{ iPAddressOrRange: "203.0.113.0/24" }] };
    expect(await refused({ networkRuleSet: own })).to.equal("nothing");
  });

  it("admits a subnet to an account only if it is there and has the service endpoint", async () => {
    const network = { resourceGroupName: "shop", virtualNetworkName: "net" };
    await create("azure-native:network:VirtualNetwork", {
      ...network,
      location: "westeurope",
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    });
    const refused = async (subnet: string): Promise<string> => {
      const virtualNetworkResourceId = `${GROUP}/providers/Microsoft.Network/virtualNetworks/net/subnets/${subnet}`;
      const virtualNetworkRules = [{ virtualNetworkResourceId, action: "Allow" }];
      const networkRuleSet = { defaultAction: "Deny", virtualNetworkRules };
      return create(ACCOUNT, { ...account, networkRuleSet }).then(
        () => "nothing",
        (error: Error) => error.message,
      );
    };
    const subnet = async (subnetName: string, addressPrefix: string, service: string): Promise<unknown> =>
      create("azure-native:network:Subnet", { ...network, subnetName, addressPrefix, serviceEndpoints: [{ service }] });
    await subnet("closed", "10.0.1.0/24", "Microsoft.KeyVault");
    await subnet("open", "10.0.2.0/24", "Microsoft.Storage");
    expect(await refused("gone")).to.contain("InvalidResourceReference");
    expect(await refused("closed"))
      .to.contain("NetworkAclsValidationFailure")
      .and.contain("SubnetsHaveNoServiceEndpointsConfigured:Subnets closed of virtual network");
    expect(await refused("open")).to.equal("nothing");
  });

  it("creates no blob whose file the sandbox can't keep", async () => {
    await create(ACCOUNT, account);
    await create(CONTAINER, container);
    dataPlane.blobs.keep = async () => Promise.reject(new Error("no host build"));
    expect((await refusal(create(BLOB, blob))).message).to.contain("no host build");
    expect(store.list(BLOB)).to.deep.equal([]);
  });

  it("makes no container public against its account, and none without one", async () => {
    expect((await refusal(create(CONTAINER, container))).message).to.contain("ParentResourceNotFound");
    await create(ACCOUNT, { ...account, allowBlobPublicAccess: false });
    const error = await refusal(create(CONTAINER, { ...container, publicAccess: "Blob" }));
    expect(error.message).to.contain("PublicAccessNotPermitted");
  });

  it("gives an account's name once, and never changes zone redundancy in an update", async () => {
    const { id } = await create(ACCOUNT, account);
    await create(GROUP_TYPE, { resourceGroupName: "other", location: "westeurope" });
    const again = await refusal(create(ACCOUNT, { ...account, resourceGroupName: "other" }));
    expect(again.message).to.contain("StorageAccountAlreadyTaken");
    const { signal } = new AbortController();
    const news = { ...account, sku: { name: "Standard_LRS" } };
    const update = { ...subject(ACCOUNT), id, oldInputs: account, state: {}, news, preview: false, signal };
    expect((await refusal(provider.update(update))).message).to.contain("redundancy cannot be changed");
  });

  it("resets settings when they are deleted, and takes blobs and roles along with their container", async () => {
    await create(ACCOUNT, account);
    const settings = await create(SERVICE, service);
    const made = await create(CONTAINER, container);
    await create(BLOB, blob);
    await create(ROLE, {
      roleAssignmentName: NAME,
      scope: made.id,
      principalId: await identity(),
      roleDefinitionId: READER,
    });
    await remove(SERVICE, settings.id);
    expect([BLOB, CONTAINER, ROLE].map((type) => store.list(type).length)).to.deep.equal([1, 1, 1]);
    await remove(CONTAINER, made.id);
    expect([BLOB, CONTAINER, ROLE].map((type) => store.list(type).length)).to.deep.equal([0, 0, 0]);
  });

  it("names a role assignment by a UUID, the same in the preview and the update", () => {
    const inputs = { scope: CONTAINER_ID, principalId: NAME, roleDefinitionId: READER };
    const seed = new Uint8Array([1, 2, 3]);
    const names = [check(ROLE, inputs, seed), check(ROLE, inputs, seed), check(ROLE, inputs)].map(
      (checked) => checked.inputs["roleAssignmentName"] as string,
    );
    expect(names[0]).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(names[1]).to.equal(names[0]);
    expect(names[2]).not.to.equal(names[0]);
  });

  it("gives a role once, and to nobody that isn't there", async () => {
    await create(ACCOUNT, account);
    const scope = (await create(CONTAINER, container)).id;
    const grant = { roleAssignmentName: NAME, scope, principalId: NAME, roleDefinitionId: READER };
    expect((await refusal(create(ROLE, grant))).message).to.contain("PrincipalNotFound");
    const principalId = await identity();
    const user = { ...grant, principalId, principalType: "User" };
    expect((await refusal(create(ROLE, user))).message, "the SDK's default").to.contain("UnmatchedPrincipalType");
    const { id } = await create(ROLE, { ...grant, principalId });
    expect(id).to.equal(`${CONTAINER_ID}/providers/Microsoft.Authorization/roleAssignments/${NAME}`);
    const again = { ...grant, principalId, roleAssignmentName: NAME.replace("0a", "1a") };
    expect((await refusal(create(ROLE, again))).message).to.contain("RoleAssignmentExists");
  });

  it("sees a change of an asset by its content, not by where the file lies", () => {
    const diff = (after: PropertyMap): string[] => [
      ...provider.diff({ ...subject(BLOB), id: "", oldInputs: blob, news: { ...blob, source: after } }).changes.keys(),
    ];
    expect(diff(source("/elsewhere/orders.exe"))).to.deep.equal([]);
    expect(diff(source("/build/orders.exe", "cd".repeat(32)))).to.deep.equal(["source"]);
  });
});
