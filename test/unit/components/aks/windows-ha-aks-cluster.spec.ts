import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { expectNoSecretLeak, expectWellFormed, Template, type Recording, type Values } from "@windows-ha/testing";
import { WindowsHaAksCluster, WindowsHaCluster, type ServiceArgs, type WindowsHaAksClusterArgs } from "windows-ha";
import { attempt, bodyOf, inBothPasses, known, recordUpdate, TAGS } from "../support";

const SERVICE: ServiceArgs = { name: "orders", version: "1.4.2", image: "orders.azurecr.io/orders:1.4.2", port: 8080 };
const CLUSTER = "azure-native:containerservice:ManagedCluster";

const whole =
  (changes: Partial<WindowsHaAksClusterArgs> = {}) =>
  () =>
    new WindowsHaAksCluster("orders", { service: SERVICE, cluster: REACHED, ...changes });

/** Somebody can deploy: nothing to warn about. */
const REACHED = { apiServer: { allowFrom: ["198.51.100.7"] } };

const typesOf = (recording: Recording): string[] => [
  ...new Set(recording.resources.filter(({ custom }) => custom).map(({ type }) => type)),
];

describe("WindowsHaAksCluster", () => {
  inBothPasses("needs nothing but the service", whole({ cluster: undefined }), (recording) => {
    expect(typesOf(recording)).to.include.members([
      "azure-native:resources:ResourceGroup",
      "azure-native:network:NetworkSecurityGroup",
      "azure-native:network:VirtualNetwork",
      "azure-native:network:NatGateway",
      CLUSTER,
      "azure-native:containerservice:AgentPool",
      "kubernetes:apps/v1:Deployment",
      "kubernetes:policy/v1:PodDisruptionBudget",
    ]);
    const { outputs } = Template.of(recording).findResource("windows-ha:index:WindowsHaAksCluster");
    expect(outputs.url).to.equal(known(recording, "http://10.20.0.7:8080"));
    expect(outputs.prediction).to.have.property("switchover");
  });

  inBothPasses("lets in nobody but its own gateway and whoever is named", whole(), (recording) => {
    const { authorizedIPRanges } = bodyOf(recording, CLUSTER).apiServerAccessProfile as Values;
    expect((authorizedIPRanges as string[])[1]).to.equal("198.51.100.7/32");
    expect(authorizedIPRanges).to.have.length(2);
    if (!recording.preview) expect((authorizedIPRanges as string[])[0]).to.equal("203.0.113.10/32");
  });

  inBothPasses("puts its nodes into one network, whose firewall knows the pods' addresses", whole(), (recording) => {
    const subnet = known(recording, "orders-network-machines_id");
    expect((bodyOf(recording, CLUSTER).agentPoolProfiles as Values[])[0]!.vnetSubnetID).to.equal(subnet);
    expect(bodyOf(recording, "azure-native:containerservice:AgentPool").vnetSubnetID).to.equal(subnet);
    const [pods, ...others] = bodyOf(recording, "azure-native:network:NetworkSecurityGroup").securityRules as Values[];
    expect(pods).to.include({ name: "pods", sourceAddressPrefix: "10.244.0.0/16", access: "Allow" });
    expect(others).to.deep.equal([]);
  });

  inBothPasses(
    "opens the clients' port only for a public balancer, and to whom it is named",
    whole({ workload: { loadBalancer: { public: true, port: 443, allowFrom: ["203.0.113.0/24"] } } }),
    (recording) => {
      const rules = bodyOf(recording, "azure-native:network:NetworkSecurityGroup").securityRules as Values[];
      expect(rules[1]).to.deep.include({ sourceAddressPrefixes: ["203.0.113.0/24"], destinationPortRange: "443" });
    },
  );

  inBothPasses(
    "keeps secrets that are given by value in a vault, which the pods' identity reads",
    whole({ service: { ...SERVICE, secrets: { DATABASE_PASSWORD: { value: pulumi.secret("canary-3b7f90d1") } } } }),
    (recording) => {
      expect(typesOf(recording)).to.include.members([
        "azure-native:keyvault:Vault",
        "azure-native:keyvault:Secret",
        "azure-native:managedidentity:FederatedIdentityCredential",
        "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass",
      ]);
      expectNoSecretLeak(recording, { "database password": "canary-3b7f90d1" });
    },
  );

  inBothPasses(
    "adds nodes and service to a cluster that is there, and nothing else",
    whole({ resourceGroupName: "shared", cluster: { existing: { clusterName: "shared" } } }),
    (recording) => {
      expect(typesOf(recording).filter((type) => type.startsWith("azure-native"))).to.deep.equal([
        "azure-native:containerservice:AgentPool",
      ]);
      expect(bodyOf(recording, "azure-native:containerservice:AgentPool")).to.include({ resourceName: "shared" });
    },
  );

  inBothPasses(
    "updates its Windows nodes with the cluster, which by itself leaves nodes as they are",
    whole({ cluster: { ...REACHED, kubernetesVersion: "1.35" } }),
    (recording) => {
      expect(bodyOf(recording, CLUSTER)).to.include({ kubernetesVersion: "1.35" });
      expect(bodyOf(recording, "azure-native:containerservice:AgentPool")).to.include({ orchestratorVersion: "1.35" });
    },
  );

  it("is refused with names that Azure would refuse in the middle of the deployment", async () => {
    const long = (name: string, changes: Partial<WindowsHaAksClusterArgs> = {}) =>
      attempt(() => new WindowsHaAksCluster(name, { service: SERVICE, cluster: REACHED, ...changes }));
    const { failure } = await long("orders-of-the-whole-world");
    expect(failure.message).to.include("MC_<group>_<cluster>_<region>").and.include("at most 80");
    const { failure: far } = await long("orders-of-the-world", { location: "Germany West Central" });
    expect(far.message, "the region is part of it").to.include("at most 80");
    const { failure: group } = await long("orders", { resourceGroupName: "g".repeat(64) });
    expect(group.message).to.include("resourceGroupName").and.include("at most 63");
  });

  it("hands out its parts", async () => {
    const { result } = (await recordUpdate(() => {
      const orders = whole()();
      return [orders.cluster, orders.network, orders.windowsPool, orders.workload, orders.secretStore].map(
        (part) => part?.constructor.name,
      );
    })) as unknown as { result: string[] };
    expect(result).to.deep.equal(["AksCluster", "Network", "WindowsNodePool", "WindowsWorkload", undefined]);
  });

  inBothPasses("is well formed, with tags on everything that takes them", whole({ tags: TAGS }), (recording) =>
    expectWellFormed(recording, {
      tags: {
        values: TAGS,
        types: [CLUSTER, "azure-native:containerservice:AgentPool", "azure-native:network:VirtualNetwork"],
      },
    }),
  );

  it("says everything that is wrong in one error, before anything exists", async () => {
    const { failure, registered } = await attempt(
      whole({
        service: { ...SERVICE, health: { livenessPath: "/health/deps" } },
        windowsPool: { mode: "System", poolName: "windows", osSku: "Windows2019" } as object,
        cluster: { network: { networkPlugin: "kubenet", networkPolicy: "cilium" } as object },
        workload: {
          replicas: 1,
          terminationGracePeriodSeconds: 30,
          sidecars: [{ name: "exporter", image: "ghcr.io/exporter:1", hostProcess: true }],
        },
      }),
    );
    expect(failure.message).to.include("9 problems; nothing was created");
    for (const path of [
      "windowsPool.mode",
      "windowsPool.poolName",
      "windowsPool.osSku",
      "networkPlugin",
      "networkPolicy",
      "workload.replicas",
      "livenessPath",
      "terminationGracePeriodSeconds",
      "hostProcess",
    ]) {
      expect(failure.message).to.include(path);
    }
    expect(registered).to.deep.equal([]);
  });
});

describe("WindowsHaCluster", () => {
  it("refuses an image, and says where it belongs", async () => {
    const { failure } = await attempt(() => new WindowsHaCluster("orders", { service: SERVICE }));
    expect(failure.message).to.include("service.image").and.include("WindowsHaAksCluster");
  });
});
