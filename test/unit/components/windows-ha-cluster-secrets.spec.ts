import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseInstallCommand, type AgentSpec } from "@windows-ha/spec";
import {
  expectNoSecretLeak,
  expectSecret,
  expectWellFormed,
  promiseOf,
  Template,
  type Recording,
} from "@windows-ha/testing";
import { WindowsHaCluster, type ServiceArgs, type WindowsHaClusterArgs } from "windows-ha";
import { attempt, bodyOf, clusterArgs, inBothPasses, profileOf, recordUpdate } from "./support";

const VALUE = "canary-9c1e77a0b3d2";
const CERTIFICATE = [
  "-----BEGIN CERTIFICATE-----\nMIIBcanary\n-----END CERTIFICATE-----",
  "-----BEGIN PRIVATE KEY-----\nMIICcanary4f2d8b\n-----END PRIVATE KEY-----\n",
].join("\n");
const CLIENT_ID = "66666666-7777-8888-9999-000000000000";
const PRINCIPAL_ID = "11111111-2222-3333-4444-555555555555";
const TEAM_VAULT =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/team/providers/Microsoft.KeyVault/vaults/team";
const STORE = "windows-ha:index:SecretStore";
const VAULT = "azure-native:keyvault:Vault";
const SECRET = "azure-native:keyvault:Secret";
const ROLE = "azure-native:authorization:RoleAssignment";
const EXISTING = { machinesSubnetId: "/subnet", virtualNetworkId: "/network" };

const create =
  (service: Partial<ServiceArgs>, changes: Partial<WindowsHaClusterArgs> = {}) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs({ ...changes, service: { ...clusterArgs().service, ...service } }));

async function documentOf({ result }: Recording<WindowsHaCluster>): Promise<AgentSpec> {
  const { value } = await promiseOf(result.serviceInstall.commandToExecute);
  return JSON.parse(parseInstallCommand(value!)!.specJson) as AgentSpec;
}

const inTeamVault = (name: string): { url: string; roleScope: string } => ({
  url: `https://team.vault.azure.net/secrets/${name}`,
  roleScope: TEAM_VAULT,
});

describe("WindowsHaCluster, with secrets and TLS", () => {
  inBothPasses("has no store and says nothing about secrets when there are none", create({}), async (recording) => {
    Template.of(recording).resourceCountIs(STORE, 0);
    expect(recording.result.secretStore).to.equal(undefined);
    expect(await documentOf(recording)).to.not.have.any.keys("secrets", "certificate", "secretRefreshSeconds");
  });

  inBothPasses(
    "keeps a value in a vault of its own, which its machines reach by the NAT gateway and may read",
    create({ secrets: { DATABASE_PASSWORD: { value: VALUE } } }),
    (recording) => {
      const template = Template.of(recording);
      expect(template.findResource(SECRET).inputs).to.deep.include({ secretName: "database-password" });
      expectSecret(recording, SECRET, "properties.value");
      expectNoSecretLeak(recording, { value: VALUE });
      expectWellFormed(recording);
      if (recording.preview) return;
      expect(bodyOf(recording, VAULT)).to.have.deep.nested.property("properties.networkAcls", {
        defaultAction: "Deny",
        bypass: "AzureServices",
        ipRules: [{ value: "203.0.113.10/32" }],
      });
      template.hasResource(ROLE, {
        inputs: { principalId: PRINCIPAL_ID, principalType: "ServicePrincipal" },
      });
    },
  );

  it("tells the agent where secrets are, without versions, in an order of their own", async () => {
    const recording = await recordUpdate(
      create({
        secrets: { TOKEN: { url: "https://team.vault.azure.net/secrets/token" }, DATABASE_PASSWORD: { value: VALUE } },
        secretRefreshSeconds: 60,
      }),
    );
    expect(await documentOf(recording)).to.deep.include({
      secrets: [
        {
          name: "DATABASE_PASSWORD",
          url: "https://orders-secret-0a1b2c3d4e.vault.azure.net/secrets/database-password",
          clientId: CLIENT_ID,
        },
        { name: "TOKEN", url: "https://team.vault.azure.net/secrets/token", clientId: CLIENT_ID },
      ],
      secretRefreshSeconds: 60,
    });
  });

  it("changes no machine when only a value changes", async () => {
    const [before, after] = await Promise.all(
      [VALUE, `${VALUE}-new`].map((value) => recordUpdate(create({ secrets: { TOKEN: { value } } }))),
    );
    expect(profileOf(after!)).to.deep.equal(profileOf(before!));
  });

  inBothPasses(
    "gives its machines the right to read where it is asked to, once per place",
    create({
      secrets: {
        A: inTeamVault("a"),
        B: inTeamVault("b"),
        C: { ...inTeamVault("c"), roleScope: `${TEAM_VAULT}/secrets/c` },
      },
    }),
    (recording) => {
      const roles = recording.resources.filter(({ type }) => type === ROLE);
      expect(roles.map(({ name, inputs }) => [name, inputs.scope as string])).to.have.deep.members([
        ["orders-reads-team", TEAM_VAULT],
        ["orders-reads-team-c", `${TEAM_VAULT}/secrets/c`],
      ]);
      Template.of(recording).resourceCountIs(VAULT, 0);
    },
  );

  it("knows the address of a secret only once its machines may read it", async () => {
    const { result } = await recordUpdate(create({ secrets: { A: inTeamVault("a") } }));
    const dependencies = await (
      result.serviceInstall.commandToExecute as unknown as { allResources(): Promise<Set<pulumi.Resource>> }
    ).allResources();
    const urns = await Promise.all([...dependencies].map(({ urn }) => promiseOf(urn)));
    expect(urns.map(({ value }) => value!.split("::").at(-1))).to.include("orders-reads-team");
  });

  inBothPasses(
    "answers and is asked by https with a certificate, everywhere",
    create({ tls: { certificate: { value: pulumi.secret(CERTIFICATE) } } }),
    async (recording) => {
      const { probes } = bodyOf(recording, "azure-native:network:LoadBalancer") as { probes: { protocol: string }[] };
      expect(probes.map(({ protocol }) => protocol)).to.deep.equal(["Https"]);
      const { extensions } = profileOf(recording).extensionProfile;
      expect(extensions.find(({ name }) => name === "application-health")!.settings).to.include({ protocol: "https" });
      if (!recording.preview) expect((await promiseOf(recording.result.url)).value).to.equal("https://10.20.0.4:8080");
      expectNoSecretLeak(recording, { key: "MIICcanary4f2d8b" });
      if (recording.preview) return;
      expect(await documentOf(recording)).to.deep.include({
        certificate: {
          url: "https://orders-secret-0a1b2c3d4e.vault.azure.net/secrets/tls-certificate",
          clientId: CLIENT_ID,
        },
        secretRefreshSeconds: 300,
      });
      expect((await documentOf(recording)).health.scheme).to.equal("https");
    },
  );

  it("asks single machines by https too", async () => {
    const recording = await recordUpdate(
      create({ tls: { certificate: inTeamVault("web") } }, { compute: "machines", machines: { count: 2 } }),
    );
    Template.of(recording).hasResource("azure-native:compute:VirtualMachineExtension", {
      inputs: { settings: { protocol: "https" } },
    });
  });

  inBothPasses(
    "leaves TLS alone that is switched off",
    create({ tls: { enabled: false, certificate: { value: CERTIFICATE } } }),
    async (recording) => {
      Template.of(recording).resourceCountIs(STORE, 0);
      expect(await documentOf(recording)).to.not.have.any.keys("certificate");
    },
  );

  it("refuses a certificate that another resource brings before it is kept", async () => {
    const { failure, registered } = await attempt(
      create({ tls: { certificate: { value: pulumi.secret(Promise.resolve("no PEM 4711")) } } }),
    );
    expect(failure.message)
      .to.match(/service\.tls\.certificate\.value/)
      .and.not.contain("4711");
    expect(registered).to.not.include(SECRET);
  });

  const closed = { secrets: { TOKEN: { value: VALUE } } };
  for (const [title, changes, zones] of [
    ["a new network", { secretStore: { private: true } }, 1],
    ["an existing network", { secretStore: { private: true }, network: { existing: EXISTING } }, 1],
    [
      "an existing zone",
      { secretStore: { private: true, privateDnsZoneId: "/zone" }, network: { existing: EXISTING } },
      0,
    ],
  ] as const) {
    inBothPasses(`closes the store's public address on request, in ${title}`, create(closed, changes), (recording) => {
      const template = Template.of(recording);
      expect(bodyOf(recording, VAULT)).to.have.nested.property("properties.publicNetworkAccess", "Disabled");
      template.resourceCountIs("azure-native:network:PrivateEndpoint", 1);
      template.resourceCountIs("azure-native:privatedns:PrivateZone", zones);
    });
  }

  it("lets the named addresses of an existing network in", async () => {
    const recording = await recordUpdate(
      create(closed, { secretStore: { allowFrom: ["198.51.100.7"] }, network: { existing: EXISTING } }),
    );
    expect(bodyOf(recording, VAULT)).to.have.nested.property(
      "properties.networkAcls.ipRules[0].value",
      "198.51.100.7/32",
    );
  });
});
