import { expect } from "chai";
import { readFileSync } from "node:fs";
import { GROUP, Harness, refusal, SUBSCRIPTION } from "./harness";
import { changed, createUpTo, networkId, VALID, type ShortType } from "./valid-inputs";

const DAY_MS = 24 * 60 * 60 * 1000;
const DELETED = `${SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/orders-vault`;

const TAGS = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`tag-${index}`, "x"]));

/** What is changed, and how Azure's answer begins. */
const REFUSED: [type: ShortType, path: string, value: unknown, answer: RegExp][] = [
  ...["ab", "1orders", "orders-", "orders--vault", "orders_vault", `o${"x".repeat(24)}`].map(
    (name): [ShortType, string, unknown, RegExp] => ["vault", "vaultName", name, /vaultName: VaultNameNotValid/],
  ),
  ...["my-windows-app", "login-orders", "Microsoft1"].map((name): [ShortType, string, unknown, RegExp] => [
    "vault",
    "vaultName",
    name,
    /ReservedResourceName: The resource name .* trademarked or reserved word/,
  ]),
  ["vault", "properties.tenantId", undefined, /tenantId: .*required/i],
  ["vault", "properties.tenantId", "contoso", /tenantId: BadRequest/],
  ["vault", "properties.sku.name", "cheap", /sku\.name/],
  ["vault", "properties.enablePurgeProtection", false, /"enablePurgeProtection" cannot be set to false/],
  ["vault", "properties.enableSoftDelete", false, /"enableSoftDelete" cannot be set to false/],
  ["vault", "properties.softDeleteRetentionInDays", 6, /from 7 to 90, not 6/],
  ["vault", "properties.softDeleteRetentionInDays", 91, /from 7 to 90, not 91/],
  ["vault", "properties.publicNetworkAccess", "Maybe", /publicNetworkAccess/],
  ["vault", "properties.createMode", "recover", /doesn't bring deleted vaults back/],
  ["vault", "properties.networkAcls.defaultAction", "Maybe", /defaultAction/],
  ["vault", "properties.networkAcls.ipRules[0].value", "everywhere", /ipRules\[0\]\.value: BadRequest/],
  ["secret", "secretName", "under_score", /secretName: BadParameter/],
  ["secret", "properties.value", "", /1 to 25600 bytes, not 0/],
  ["secret", "properties.value", "ü".repeat(12_801), /1 to 25600 bytes, not 25602/],
  ["zone", "location", "westeurope", /LocationNotAvailableForResourceType/],
  ["secret", "tags", TAGS, /tags: BadParameter/],
  ["zone", "tags", TAGS, /tags: BadRequest: The resource tags are invalid\. A maximum of 15/],
  ["link", "tags", TAGS, /tags: BadRequest/],
  ["zone", "privateZoneName", "vault", /zone name 'vault' is not valid/],
  ["link", "location", undefined, /LocationNotAvailableForResourceType|location/],
  ["endpoint", "subnet", undefined, /needs the id of a subnet/],
  ["endpoint", "privateLinkServiceConnections", undefined, /exactly one connection to a service, not 0/],
  ["zoneGroup", "privateDnsZoneConfigs", [], /1 to 5 zones, not 0/],
];

describe("sandbox: what Azure refuses about key vaults and private endpoints", () => {
  let azure: Harness;
  before(() => (azure = new Harness()));
  after(() => azure.dispose());

  for (const [type, path, value, answer] of REFUSED) {
    it(`a ${type} with ${path} ${JSON.stringify(value)?.slice(0, 40)}`, () => {
      const { failures } = azure.check(type, changed(VALID[type], path, value));
      expect(failures.join("\n")).to.match(answer);
    });
  }
});

describe("sandbox: key vaults", () => {
  let azure: Harness;
  beforeEach(async () => {
    azure = new Harness();
    await createUpTo(azure, "group");
  });
  afterEach(() => azure.dispose());

  const createVault = async (changes: object = {}): Promise<string> =>
    (await azure.create("vault", { ...VALID.vault, ...changes })).id;

  it("have an address", async () => {
    const id = await createVault();
    expect(azure.store.get(id)!.outputs["properties"]).to.deep.include({
      ...VALID.vault.properties,
      vaultUri: "https://orders-vault.vault.azure.net/",
    });
  });

  it("have a name that nobody else in the world may have, in whatever case", async () => {
    await createVault();
    await azure.create("group", { resourceGroupName: "other", location: "westeurope" });
    const again = createVault({ resourceGroupName: "other", vaultName: "Orders-Vault" });
    expect((await refusal(again)).message).to.contain("VaultAlreadyExists");
  });

  it("keep their name after they are deleted, until the days are over", async () => {
    const before = Date.now();
    await azure.delete("vault", await createVault());
    const { inputs } = azure.store.get(DELETED)!;
    const purge = Date.parse(inputs["scheduledPurgeDate"] as string);
    expect(purge).to.be.within(before + 30 * DAY_MS, Date.now() + 30 * DAY_MS);
    expect((await refusal(createVault())).message).to.match(/ConflictError.*already exists in deleted state/);

    const past = new Date(before - 1).toISOString();
    azure.store.put({ ...azure.store.get(DELETED)!, inputs: { ...inputs, scheduledPurgeDate: past } });
    expect(await createVault()).to.contain("orders-vault");
  });

  it("keep their name when their resource group is deleted", async () => {
    await createVault();
    await azure.delete("group", GROUP);
    expect(azure.store.list().map(({ id }) => id)).to.deep.equal([DELETED]);
  });

  for (const [path, value, answer] of [
    ["properties.softDeleteRetentionInDays", 31, "has been set already and it can't be modified"],
    ["location", "northeurope", "InvalidResourceLocation"],
  ] as const) {
    it(`refuse another ${path}, which a preview shows as an update`, async () => {
      const id = await createVault();
      const wanted = changed(VALID.vault, path, value);
      const { changes } = azure.diff("vault", VALID.vault, wanted);
      expect(changes.get(path)!.replaces).to.equal(false);
      expect((await refusal(azure.update("vault", id, wanted))).message).to.contain(answer);
    });
  }

  it("take the number of days as it was when it is left out", async () => {
    const id = await createVault();
    await azure.update("vault", id, changed(VALID.vault, "properties.softDeleteRetentionInDays", undefined));
  });
});

describe("sandbox: secrets of key vaults", () => {
  let azure: Harness;
  beforeEach(async () => {
    azure = new Harness();
    await createUpTo(azure, "group");
  });
  afterEach(() => azure.dispose());

  async function createSecret(vault: object = VALID.vault): Promise<string> {
    await azure.create("vault", vault as typeof VALID.vault);
    return (await azure.create("secret", VALID.secret)).id;
  }
  const versionOf = (id: string): string =>
    (azure.store.get(id)!.outputs["properties"] as { secretUriWithVersion: string }).secretUriWithVersion;

  it("need a vault", async () => {
    expect((await refusal(azure.create("secret", VALID.secret))).message).to.contain("ParentResourceNotFound");
  });

  it("hand values to the vault that machines ask, and return no value, but the address of it", async () => {
    const id = await createSecret();
    await azure.update("secret", id, changed(VALID.secret, "properties.value", "canary-9d1f"));
    expect(readFileSync(azure.storeFile, "utf8")).not.to.match(/canary/);
    expect(azure.dataPlane.keptSecrets.at(-1)).to.include({ id, value: "canary-9d1f" });
    expect(azure.store.get(id)!.outputs).to.deep.include({ location: "westeurope", name: "database-password" });
    expect(azure.store.get(id)!.outputs["properties"]).to.deep.include({
      contentType: "text/plain",
      secretUri: "https://orders-vault.vault.azure.net/secrets/database-password",
    });
  });

  it("get a new version with every write", async () => {
    const id = await createSecret();
    const first = versionOf(id);
    await azure.update("secret", id, changed(VALID.secret, "properties.value", "other"));
    expect(first).to.contain("/secrets/database-password/");
    expect(versionOf(id)).not.to.equal(first);
  });

  it("are found unchanged by a refresh", async () => {
    const id = await createSecret();
    expect((await azure.read("secret", id, VALID.secret))!.inputs).to.deep.equal(VALID.secret);
  });

  it("aren't deleted by who has no right to the vault's data", async () => {
    const id = await createSecret();
    expect((await refusal(azure.delete("secret", id))).message).to.match(/Forbidden.*vaults\/secrets\/delete/);
    expect(azure.store.get(id)).not.to.equal(undefined);
  });

  it("keep their name when an access policy lets them be deleted, and go with the vault", async () => {
    const me = { objectId: "00000000-0000-0000-0000-000000000000", permissions: { secrets: ["Delete"] } };
    const { properties, ...vault } = VALID.vault;
    const byPolicy = {
      ...properties,
      enableRbacAuthorization: false,
      accessPolicies: [{ ...me, tenantId: me.objectId }],
    };
    const id = await createSecret({ ...vault, properties: byPolicy });
    await azure.delete("secret", id);
    expect((await refusal(azure.create("secret", VALID.secret))).message).to.contain("deleted but recoverable state");
    await azure.delete("vault", id.slice(0, id.indexOf("/secrets/")));
    expect(azure.store.list().map((resource) => resource.id)).to.deep.equal([GROUP, DELETED]);
  });
});

describe("sandbox: private endpoints and zones", () => {
  let azure: Harness;
  let ids: Record<ShortType, string>;
  beforeEach(async () => {
    azure = new Harness();
    ids = await createUpTo(azure, "zoneGroup");
  });
  afterEach(() => azure.dispose());

  it("connect to a vault", () => {
    const { outputs } = azure.store.get(ids.endpoint)!;
    const [connection] = outputs["privateLinkServiceConnections"] as Record<string, unknown>[];
    expect(connection).to.deep.include({
      ...VALID.endpoint.privateLinkServiceConnections[0],
      id: `${ids.endpoint}/privateLinkServiceConnections/vault`,
    });
    expect(connection!["privateLinkServiceConnectionState"]).to.deep.include({ status: "Approved" });
  });

  it("are replaced in another subnet", () => {
    const { changes } = azure.diff("endpoint", VALID.endpoint, changed(VALID.endpoint, "subnet.id", "/other"));
    expect([...changes.values()].some(({ replaces }) => replaces)).to.equal(true);
  });

  it("can't be led to another vault, nor to a part that a vault doesn't have, nor from a subnet that isn't there", async () => {
    const at = "privateLinkServiceConnections[0]";
    const wanted = changed(VALID.endpoint, `${at}.privateLinkServiceId`, ids.scaleSet);
    expect((await refusal(azure.update("endpoint", ids.endpoint, wanted))).message).to.contain("another service");
    const other = { ...VALID.endpoint, privateEndpointName: "other" };
    expect((await refusal(azure.create("endpoint", changed(other, `${at}.groupIds`, ["blob"])))).message).to.contain(
      "give one of vault",
    );
    const elsewhere = changed(other, "subnet.id", networkId("virtualNetworks/orders-network/subnets/gone"));
    expect((await refusal(azure.create("endpoint", elsewhere))).message).to.contain("InvalidResourceReference");
  });

  it("hold their subnet, and a zone holds its links", async () => {
    expect((await refusal(azure.delete("subnet", ids.subnet))).message).to.contain("InUseSubnetCannotBeDeleted");
    expect((await refusal(azure.delete("zone", ids.zone))).message).to.contain("CannotDeleteResource");
    await azure.delete("link", ids.link);
    await azure.delete("zone", ids.zone);
  });

  it("link a network to one zone of a name only", async () => {
    await azure.create("group", { resourceGroupName: "other", location: "westeurope" });
    await azure.create("zone", { ...VALID.zone, resourceGroupName: "other" });
    const second = azure.create("link", { ...VALID.link, resourceGroupName: "other" });
    expect((await refusal(second)).message).to.contain(
      "cannot be linked to multiple zones with overlapping namespaces",
    );
  });

  it("need zones that are there", async () => {
    const group = changed(
      { ...VALID.zoneGroup, privateDnsZoneGroupName: "other" },
      "privateDnsZoneConfigs[0].privateDnsZoneId",
      networkId("privateDnsZones/gone"),
    );
    expect((await refusal(azure.create("zoneGroup", group))).message).to.contain("InvalidResourceReference");
  });
});
