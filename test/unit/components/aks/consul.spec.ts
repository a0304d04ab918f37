import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  expectNoSecretLeak,
  expectUrnGolden,
  expectWellFormed,
  Template,
  type Recording,
  type Values,
} from "@windows-ha/testing";
import { parseConsulCloudInit, type ConsulDeclaredData } from "@windows-ha/spec";
import { join } from "node:path";
import { ConsulCatalogSync, WindowsHaAksCluster, type AksConsulArgs, type WindowsHaAksClusterArgs } from "windows-ha";
import { attempt, bodyOf, CONSUL_PROGRAM, inBothPasses, known, recordUpdate, SHA256_B, TAGS } from "../support";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const CLASS = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";
const FEDERATION = "azure-native:managedidentity:FederatedIdentityCredential";
const ROLE = "azure-native:authorization:RoleAssignment";
const GROUP = "azure-native:network:NetworkSecurityGroup";
const VM = "azure-native:compute:VirtualMachine";
const TOKEN = "0a1b2c3d-1111-2222-3333-444455556666";

const OWN: AksConsulArgs = {
  program: CONSUL_PROGRAM,
  agent: { url: "https://files.example.com/windows-ha-agent", sha256: SHA256_B },
};
const EXISTING: AksConsulArgs = {
  existing: {
    addresses: pulumi.output(["10.20.4.4", "10.20.4.5"]),
    caCertificate: "-----BEGIN CERTIFICATE-----",
    syncToken: pulumi.secret(TOKEN),
  },
  sync: { image: "mirror.azurecr.io/consul-k8s-control-plane:1.8.8" },
};

const whole =
  (consul: AksConsulArgs, changes: Partial<WindowsHaAksClusterArgs> = {}) =>
  () =>
    new WindowsHaAksCluster("orders", {
      service: { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 },
      cluster: { apiServer: { allowFrom: ["198.51.100.7"] } },
      consul,
      ...changes,
    });

const named = (recording: Recording, type: string, name: string): Values =>
  recording.resources.find((resource) => resource.type === type && resource.name === name)!.inputs;
const syncPod = (recording: Recording): Values => {
  const { spec } = named(recording, DEPLOYMENT, "orders-consul-sync-pods") as unknown as {
    spec: { template: { spec: Values } };
  };
  return spec.template.spec;
};
const environment = (recording: Recording): Record<string, unknown> => {
  const [container] = syncPod(recording).containers as [{ env: { name: string; value: unknown }[] }];
  return Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
};

describe("Consul of a WindowsHaAksCluster", function () {
  this.timeout(60_000);

  inBothPasses("is not there unless it is asked for", whole({ enabled: false }), (recording) => {
    const all = JSON.stringify(recording.resources.map(({ type, name, inputs }): unknown => [type, name, inputs]));
    expect(all).not.to.match(/consul/i);
  });

  inBothPasses(
    "is three servers beside the nodes, whose API the nodes' subnet alone reaches",
    whole(OWN),
    (recording) => {
      const machines = recording.resources.filter(({ type }) => type === VM);
      expect(machines.map(({ name }) => name).sort()).to.deep.equal([
        "orders-consul-1",
        "orders-consul-2",
        "orders-consul-3",
      ]);
      const rules = named(recording, GROUP, "orders-consul-firewall").securityRules as Values[];
      const sources = (name: string): unknown => {
        const rule = rules.find((item) => item.name === name)!;
        return rule.sourceAddressPrefix ?? rule.sourceAddressPrefixes;
      };
      expect(sources("allow-consul-https")).to.deep.equal("10.20.0.0/22");
      expect(sources("allow-consul-grpc")).to.deep.equal("10.20.0.0/22");
      expect(sources("allow-consul-rpc")).to.deep.equal("10.20.4.0/27");
      if (recording.preview) return;
      const { customData } = (machines[0]!.inputs as { osProfile: { customData: string } }).osProfile;
      const { spec } = parseConsulCloudInit(Buffer.from(customData, "base64").toString("utf8"))!;
      expect(spec.consul.configuration.ports).to.include({ https: 8501, grpc_tls: 8503 });
      expect(spec.consul.configuration.http_config.allow_write_http_from).to.include("10.20.0.0/22");
    },
  );

  inBothPasses(
    "gives the sync an identity of its own, which reads its token and nothing else",
    whole(OWN),
    (recording) => {
      const federation = named(recording, FEDERATION, "orders-consul-sync-federation");
      expect(federation.subject).to.equal("system:serviceaccount:orders:consul-sync");
      const { principalId, scope } = named(recording, ROLE, "orders-consul-sync-reads-sync-token-aks-orders");
      expect(principalId).to.equal(known(recording, "11111111-2222-3333-4444-555555555555"));
      if (!recording.preview) expect(scope).to.match(/\/secrets\/sync-token-aks-orders$/);
      const parameters = (named(recording, CLASS, "orders-consul-sync-token") as { spec: { parameters: Values } }).spec
        .parameters;
      if (!recording.preview) expect(parameters.objects).to.include("sync-token-aks-orders");
    },
  );

  it("declares for the sync a token that writes its own node and the service alone", async () => {
    const recording = await recordUpdate(whole(OWN));
    const { source } = Template.of(recording).findResource("azure-native:storage:Blob", { blobName: "declared.json" })
      .inputs as { source: { text: string } };
    const { policies, tokens } = JSON.parse(source.text) as ConsulDeclaredData;
    const sync = policies.find(({ Name }) => Name === "windows-ha-sync-aks-orders")!;
    expect(sync.Rules).to.equal('node "aks-orders" { policy = "write" }\nservice "orders" { policy = "write" }');
    expect(tokens.filter(({ Policies }) => Policies?.some(({ Name }) => Name === sync.Name))).to.have.length(1);
  });

  inBothPasses("keeps the sync off Windows nodes, and asks all servers", whole(OWN), (recording) => {
    expect(syncPod(recording).nodeSelector).to.deep.equal({ "kubernetes.io/os": "linux" });
    expect(environment(recording)).to.include({
      CONSUL_ADDRESSES: "exec=echo 10.20.4.4 10.20.4.5 10.20.4.6",
      CONSUL_TLS_SERVER_NAME: "server.dc1.consul",
      CONSUL_ACL_TOKEN_FILE: "/consul/token/consul-token",
    });
    const [container] = syncPod(recording).containers as [Values];
    expect(container.image).to.equal("hashicorp/consul-k8s-control-plane:1.8.8");
    const service = Template.of(recording).findResource("kubernetes:core/v1:Service").inputs as {
      metadata: { annotations: Values };
    };
    expect(service.metadata.annotations).to.include({ "consul.hashicorp.com/service-sync": "true" });
  });

  inBothPasses(
    "writes into servers that are there, with a token that stays in a vault",
    whole(EXISTING),
    (recording) => {
      expect(recording.resources.filter(({ type }) => type === VM)).to.deep.equal([]);
      expect(
        named(recording, "azure-native:keyvault:Secret", "orders-consul-secrets-sync-token-aks-orders"),
      ).not.to.equal(undefined);
      expect(environment(recording).CONSUL_ADDRESSES).to.deep.equal("exec=echo 10.20.4.4 10.20.4.5");
      expectNoSecretLeak(recording, { "token of the sync": TOKEN });
    },
  );

  inBothPasses(
    "adds the sync alone to a cluster and to servers that are there",
    () =>
      whole(EXISTING, {
        resourceGroupName: "shared",
        cluster: { existing: { clusterName: "shared" } },
        secretStore: { allowFrom: ["203.0.113.4"] },
      })(),
    (recording) => {
      expect(recording.resources.some(({ type }) => type === GROUP)).to.equal(false);
      expect(bodyOf(recording, "azure-native:keyvault:Vault").properties).to.have.nested.property(
        "networkAcls.ipRules[0].value",
      );
      expect(syncPod(recording).serviceAccountName).to.equal("consul-sync");
    },
  );

  inBothPasses("is well formed", whole(OWN, { tags: TAGS }), (recording) => {
    expectWellFormed(recording, { tags: { values: TAGS, types: [VM, GROUP] } });
  });

  it("has the same names in every deployment", async () => {
    expectUrnGolden(await recordUpdate(whole(OWN)), join(__dirname, "../golden/aks-consul.urns"));
  });

  it("hands out its servers", async () => {
    const { result } = (await recordUpdate(() => whole(OWN)().consulServers?.constructor.name)) as unknown as {
      result: string;
    };
    expect(result).to.equal("ConsulServers");
  });
});

describe("ConsulCatalogSync", () => {
  it("refuses an agent's address that another resource brings, before a pod is changed", async () => {
    const { failure } = await attempt(
      () =>
        new ConsulCatalogSync("sync", {
          namespace: "orders",
          image: "hashicorp/consul-k8s-control-plane:1.8.8",
          servers: { addresses: pulumi.output(["127.0.0.1"]), caCertificate: "x" },
          tokenUrl: "https://consul.vault.azure.net/secrets/sync-token",
          identity: { clientId: "66666666-7777-8888-9999-000000000000" },
        }),
    );
    expect(failure.message).to.include("nodes of AKS have no agent").and.include("no pod was changed");
  });

  it("says everything that is wrong in one error, before anything exists", async () => {
    const { failure, registered } = await attempt(
      () => new ConsulCatalogSync("sync", { namespace: "Orders", address: "nodes", intervalSeconds: 0 } as never),
    );
    for (const path of ["namespace", "address", "intervalSeconds", "image", "servers", "tokenUrl", "identity"]) {
      expect(failure.message).to.include(path);
    }
    expect(registered).to.deep.equal([]);
  });
});
