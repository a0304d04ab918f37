import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  expectNoSecretLeak,
  expectSecret,
  expectWellFormed,
  promiseOf,
  record,
  Template,
  type Recording,
} from "@windows-ha/testing";
import { InvalidArgumentsError, SecretStore, type SecretStoreArgs } from "windows-ha";
import { attempt, bodyOf, known, PLACE, TAGS } from "./support";

const CANARIES = { "database password": "canary-7f3a91c2d4e8", token: "canary-1b6d02f5a9c3" };
const SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555";
const VAULT_ID = `${SUBSCRIPTION}/resourceGroups/orders-group/providers/Microsoft.KeyVault/vaults/orders`;
const TENANT = "66666666-7777-8888-9999-000000000000";
const SHOP = "99999999-7777-8888-9999-000000000000";
const VAULT = "azure-native:keyvault:Vault";
const SECRET = "azure-native:keyvault:Secret";
const ROLE = "azure-native:authorization:RoleAssignment";

/** What azure-native's SDK adds by itself. */
const SDK_DEFAULTS = {
  enabledForDeployment: false,
  enabledForDiskEncryption: false,
  enabledForTemplateDeployment: false,
};
const SUBNET_SDK_DEFAULTS = {
  privateEndpointNetworkPolicies: "Disabled",
  privateLinkServiceNetworkPolicies: "Enabled",
};

const ARGS: SecretStoreArgs = {
  ...PLACE,
  secrets: {
    "database-password": CANARIES["database password"],
    token: pulumi.secret(CANARIES.token),
  },
  readers: [{ name: "machines", principalId: "machines-principal" }],
  allowFrom: ["198.51.100.7", "203.0.113.0/24"],
};
const PRIVATE: Partial<SecretStoreArgs> = {
  allowFrom: undefined,
  private: { subnetId: "/subnet", virtualNetworkId: "/network" },
};
const create =
  (changes: Partial<SecretStoreArgs> = {}, name = "orders") =>
  () =>
    new SecretStore(name, { ...ARGS, ...changes });

const run = <T>(program: () => T, preview: boolean): Promise<Recording<T>> =>
  record(program, {
    preview,
    outputs: {
      "random:index/randomId:RandomId": () => ({ hex: "0a1b2c3d4e" }),
      [VAULT]: ({ properties }) => ({
        properties: { ...(properties as object), vaultUri: "https://orders-0a1b2c3d4e.vault.azure.net/" },
      }),
    },
    mocks: {
      newResource: ({ type, preview: isPreview }) => (type === VAULT && !isPreview ? { id: VAULT_ID } : undefined),
      call: () => ({ tenantId: TENANT, subscriptionId: "", clientId: "", objectId: "" }),
    },
  });

function inBothPasses(
  title: string,
  program: () => SecretStore,
  check: (recording: Recording<SecretStore>) => void | Promise<void>,
): void {
  for (const preview of [false, true]) {
    it(`${title}${preview ? ", in a preview too" : ""}`, async () => check(await run(program, preview)));
  }
}

interface VaultProperties {
  publicNetworkAccess: string;
  networkAcls: { defaultAction: string; ipRules: { value: string }[] };
}
const propertiesOf = (recording: Recording): VaultProperties => {
  const { properties } = bodyOf(recording, VAULT) as { properties: VaultProperties };
  return properties;
};

describe("SecretStore", () => {
  inBothPasses(
    "is a vault with rights by role that nobody can purge and few addresses reach",
    create(),
    (recording) => {
      expect(bodyOf(recording, VAULT)).to.deep.equal({
        ...PLACE,
        vaultName: known(recording, "orders-0a1b2c3d4e"),
        properties: {
          tenantId: TENANT,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enablePurgeProtection: true,
          ...SDK_DEFAULTS,
          publicNetworkAccess: "Enabled",
          networkAcls: {
            defaultAction: "Deny",
            bypass: "AzureServices",
            ipRules: [{ value: "198.51.100.7/32" }, { value: "203.0.113.0/24" }],
          },
        },
      });
    },
  );

  inBothPasses("writes each secret under its own name, and leaves it in the vault", create(), (recording) => {
    const template = Template.of(recording);
    template.resourceCountIs(SECRET, 2);
    for (const [name, value] of [
      ["database-password", CANARIES["database password"]],
      ["token", CANARIES.token],
    ] as const) {
      template.hasResource(SECRET, {
        name: `orders-${name}`,
        retainOnDelete: true,
        inputs: {
          resourceGroupName: "orders-group",
          vaultName: known(recording, "orders-0a1b2c3d4e"),
          secretName: name,
          properties: { value, contentType: "text/plain" },
        },
      });
    }
  });

  inBothPasses("keeps every value as a secret, given as one or not, and nowhere else", create(), (recording) => {
    expectSecret(recording, SECRET, "properties.value");
    const kept = expectNoSecretLeak(recording, CANARIES);
    expect(kept["database password"]).to.have.length.above(0);
    expect(kept["token"]).to.have.length.above(0);
  });

  it("would be caught if a value stood in a tag", async () => {
    const leaking = await run(create({ tags: { note: CANARIES.token } }), false);
    expect(() => expectNoSecretLeak(leaking, CANARIES)).to.throw("token");
  });

  inBothPasses(
    "lets each reader read the vault's secrets and nothing else, by a role that says what kind of identity it is",
    create({
      readers: [
        { name: "machines", principalId: "machines-principal" },
        { name: "operators", principalId: "operators-group", principalType: "Group" },
      ],
    }),
    (recording) => {
      const scope = known(recording, VAULT_ID);
      const role = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`;
      const roles = Template.of(recording).findResources(ROLE);
      expect(roles.map(({ name, inputs }) => [name, inputs])).to.deep.equal([
        [
          "orders-reader-machines",
          {
            scope,
            principalId: "machines-principal",
            principalType: "ServicePrincipal",
            roleDefinitionId: known(recording, role),
          },
        ],
        [
          "orders-reader-operators",
          { scope, principalId: "operators-group", principalType: "Group", roleDefinitionId: known(recording, role) },
        ],
      ]);
    },
  );

  inBothPasses("hands on addresses, never values: they are no secrets", create(), async (recording) => {
    const { vaultUri, vaultId, secretUris } = recording.result;
    const uri = "https://orders-0a1b2c3d4e.vault.azure.net/";
    expect((await promiseOf(vaultUri)).secret, "vaultUri").to.equal(false);
    const uris = await promiseOf(secretUris);
    expect(uris.secret, "secretUris").to.equal(false);
    expect(uris.known).to.equal(!recording.preview);
    expect(Template.of(recording).findResource("windows-ha:index:SecretStore").outputs).to.deep.equal({
      vaultUri: known(recording, uri),
      vaultId: known(recording, VAULT_ID),
      secretUris: known(recording, {
        "database-password": `${uri}secrets/database-password`,
        token: `${uri}secrets/token`,
      }),
    });
    expect((await promiseOf(vaultId)).known).to.equal(!recording.preview);
  });

  inBothPasses("tells the engine the names, and no value", create(), (recording) => {
    expect(bodyOf(recording, "windows-ha:index:SecretStore")).to.deep.equal({
      secretNames: ["database-password", "token"],
      readers: [{ name: "machines", principalType: "ServicePrincipal" }],
      isPrivate: false,
      softDeleteRetentionDays: 90,
    });
  });

  inBothPasses(
    "takes another tenant, and fewer days",
    create({ tenantId: SHOP, softDeleteRetentionDays: 7 }),
    (recording) => {
      expect(propertiesOf(recording)).to.deep.include({ tenantId: SHOP, softDeleteRetentionInDays: 7 });
    },
  );

  inBothPasses(
    "draws another name for whatever Azure refuses to change, and creates that vault before the old one goes",
    create({ softDeleteRetentionDays: 7 }),
    (recording) => {
      expect(bodyOf(recording, "random:index/randomId:RandomId")).to.deep.equal({
        byteLength: 5,
        keepers: { resourceGroupName: "orders-group", location: "westeurope", softDeleteRetentionDays: "7" },
      });
      Template.of(recording).hasResource(VAULT, { deleteBeforeReplace: false });
    },
  );

  inBothPasses("tags everything that takes tags", create(PRIVATE), (recording) => {
    expectWellFormed(recording, {
      tags: {
        values: TAGS,
        types: [
          VAULT,
          SECRET,
          "azure-native:network:PrivateEndpoint",
          "azure-native:privatedns:PrivateZone",
          "azure-native:privatedns:VirtualNetworkLink",
        ],
      },
    });
  });
});

describe("SecretStore, private", () => {
  inBothPasses("closes its public address", create(PRIVATE), (recording) => {
    const { publicNetworkAccess, networkAcls } = propertiesOf(recording);
    expect(publicNetworkAccess).to.equal("Disabled");
    expect(networkAcls).to.deep.include({ defaultAction: "Deny", ipRules: [] });
  });

  inBothPasses("has an endpoint in the subnet, replaced when that is another one", create(PRIVATE), (recording) => {
    expect(bodyOf(recording, "azure-native:network:PrivateEndpoint")).to.deep.equal({
      ...PLACE,
      subnet: { id: "/subnet", ...SUBNET_SDK_DEFAULTS },
      privateLinkServiceConnections: [
        { name: "vault", groupIds: ["vault"], privateLinkServiceId: known(recording, VAULT_ID) },
      ],
    });
    Template.of(recording).hasResource("azure-native:network:PrivateEndpoint", {
      replaceOnChanges: ["subnet.id", "privateLinkServiceConnections[0].privateLinkServiceId"],
    });
  });

  inBothPasses("is found by name in the network", create(PRIVATE), (recording) => {
    expect(bodyOf(recording, "azure-native:privatedns:PrivateZone")).to.deep.equal({
      ...PLACE,
      location: "global",
      privateZoneName: "privatelink.vaultcore.azure.net",
    });
    expect(bodyOf(recording, "azure-native:privatedns:VirtualNetworkLink")).to.deep.include({
      location: "global",
      virtualNetwork: { id: "/network" },
      registrationEnabled: false,
    });
    expect(bodyOf(recording, "azure-native:network:PrivateDnsZoneGroup").privateDnsZoneConfigs).to.deep.equal([
      { name: "vault", privateDnsZoneId: known(recording, "orders-zone_id") },
    ]);
  });

  inBothPasses(
    "takes the zone that the network has",
    create({ allowFrom: undefined, private: { subnetId: "/subnet", privateDnsZoneId: "/zone" } }),
    (recording) => {
      const template = Template.of(recording);
      template.resourceCountIs("azure-native:privatedns:PrivateZone", 0);
      template.resourceCountIs("azure-native:privatedns:VirtualNetworkLink", 0);
      expect(bodyOf(recording, "azure-native:network:PrivateDnsZoneGroup").privateDnsZoneConfigs).to.deep.equal([
        { name: "vault", privateDnsZoneId: "/zone" },
      ]);
    },
  );
});

describe("SecretStore, with wrong arguments", () => {
  it("names all of them at once, without any value, before anything exists", async () => {
    const secrets = { under_score: CANARIES.token, token: CANARIES.token.repeat(2000) };
    const { failure, registered } = await attempt(create({ secrets, softDeleteRetentionDays: 6 }));
    expect(failure).to.be.instanceOf(InvalidArgumentsError);
    expect(failure.message)
      .to.contain('SecretStore "orders": 3 problems; nothing was created')
      .and.not.to.contain(CANARIES.token);
    expect(registered).to.deep.equal([]);
  });
});
