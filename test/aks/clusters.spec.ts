import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ResourceStore } from "../../packages/sandbox/dist/azure/resource-store";
import { sandboxLayout } from "../../packages/sandbox/dist/layout";
import { ApiClient } from "../../packages/sandbox/dist/kubernetes/control-plane/api-client";
import { Clusters } from "../../packages/sandbox/dist/kubernetes/clusters";
import { testAddress } from "../support/kubernetes/control-plane";

const GROUP = "/subscriptions/0/resourceGroups/Shop";
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop`;
const NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/shop`;
const SUBNET = `${NETWORK}/subnets/nodes`;

describe("the sandbox's clusters on AKS", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-clusters-"));
  const layout = sandboxLayout(folder);
  const store = new ResourceStore(layout.resources);
  const address = testAddress();
  const lines: string[] = [];
  const make = (env?: NodeJS.ProcessEnv): Clusters =>
    new Clusters({ layout, store, addressOf: () => address, log: (line) => lines.push(line), ...(env && { env }) });
  const clusters = make();
  let api: ApiClient;

  const declare = (id: string, type: string, inputs: object, outputs: object = {}): void =>
    store.put({ id, type, name: id.split("/").at(-1)!, inputs: { ...inputs }, outputs: { ...outputs } });
  const declarePool = (name: string, count: number, changes: object = {}): void =>
    declare(`${CLUSTER}/agentPools/${name}`, "azure-native:containerservice:AgentPool", {
      agentPoolName: name,
      osType: "Windows",
      osSKU: "Windows2022",
      vmSize: "Standard_D4ds_v5",
      count,
      maxPods: 50,
      availabilityZones: ["1", "2", "3"],
      nodeTaints: ["os=windows:NoSchedule"],
      vnetSubnetID: SUBNET,
      upgradeSettings: { drainTimeoutInMinutes: 5 },
      ...changes,
    });
  const until = async (what: string, reached: () => Promise<boolean>): Promise<void> => {
    for (let waited = 0; !(await reached()); waited += 100) {
      if (waited > 60_000) throw new Error(`not within a minute: ${what}`);
      await sleep(100);
    }
  };
  const nodeNames = async (): Promise<string[]> =>
    (await api.list("/api/v1/nodes")).map(({ metadata }) => metadata.name);
  const healthy = async (): Promise<number> => {
    const budget = await api.expect("GET", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/b");
    return (budget.status["currentHealthy"] as number | undefined) ?? 0;
  };
  /** Looks again and again while something is done. */
  const during = async (work: Promise<void>, look: () => Promise<void>): Promise<void> => {
    let isOver = false;
    void work.finally(() => (isOver = true)).catch(() => undefined);
    while (!isOver) {
      await look();
      await sleep(50);
    }
    await work;
  };
  const pods = (): ReturnType<ApiClient["list"]> => api.list("/api/v1/namespaces/default/pods");

  before(async () => {
    declare(NETWORK, "azure-native:network:VirtualNetwork", { addressSpace: { addressPrefixes: ["10.20.0.0/16"] } });
    declare(SUBNET, "azure-native:network:Subnet", { addressPrefix: "10.20.4.0/24" });
    declare(
      CLUSTER,
      "azure-native:containerservice:ManagedCluster",
      {
        location: "West Europe",
        agentPoolProfiles: [{ name: "system", mode: "System", count: 1, vnetSubnetID: SUBNET }],
        networkProfile: { podCidr: "10.245.0.0/16", serviceCidr: "10.101.0.0/16" },
        addonProfiles: { azureKeyvaultSecretsProvider: { enabled: true } },
      },
      {
        fqdn: "shop-0.hcp.westeurope.azmk8s.io",
        nodeResourceGroup: "MC_Shop_shop",
        currentKubernetesVersion: "1.35",
        oidcIssuerProfile: { issuerURL: "https://westeurope.oic.prod-aks.azure.com/0/1/" },
      },
    );
    declarePool("win", 4);
    await clusters.put(CLUSTER);
    const { server, authority } = clusters.accessOf(CLUSTER.toUpperCase())!;
    api = new ApiClient({ server, authority, token: clusters.credentialOf(server)!.token });
  });
  after(async () => {
    await clusters.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("have an address of their own, which alone gets their credential", () => {
    expect(clusters.accessOf(CLUSTER)!.server).to.equal(`https://${address}:6443`);
    expect(clusters.credentialOf("https://127.0.0.1:6443")).to.equal(undefined);
    expect(clusters.accessOf(`${CLUSTER}2`)).to.equal(undefined);
  });

  it("have the nodes that their pools declare, named, labelled and tainted as AKS does it", async () => {
    const nodes = await api.list("/api/v1/nodes");
    const windows = nodes.filter(({ metadata }) => metadata.labels!["kubernetes.azure.com/agentpool"] === "win");
    expect(windows.map(({ metadata }) => metadata.name)).to.deep.equal(
      [0, 1, 2, 3].map((index) => `akswin00000${index}`),
    );
    expect(windows.map(({ metadata }) => metadata.labels!["topology.kubernetes.io/zone"])).to.deep.equal([
      "westeurope-1",
      "westeurope-2",
      "westeurope-3",
      "westeurope-1",
    ]);
    const [first] = windows;
    expect(first!.metadata.labels).to.include({
      "kubernetes.io/os": "windows",
      "kubernetes.io/hostname": "akswin000000",
      "node.kubernetes.io/windows-build": "10.0.20348",
      "node.kubernetes.io/instance-type": "Standard_D4ds_v5",
      "kubernetes.azure.com/os-sku": "Windows2022",
      "kubernetes.azure.com/mode": "user",
      "kubernetes.azure.com/cluster": "MC_Shop_shop",
    });
    expect(first!.spec["taints"]).to.deep.equal([{ key: "os", value: "windows", effect: "NoSchedule" }]);
    expect(first!.status["allocatable"]).to.deep.equal({ cpu: "3860m", memory: "15234Mi", pods: "50" });
    const linux = nodes.find(({ metadata }) => metadata.labels!["kubernetes.io/os"] === "linux")!;
    expect(linux.metadata.name).to.match(/^aks-system-\d{8}-vmss000000$/);
    expect(linux.metadata.labels).to.include({
      "topology.kubernetes.io/zone": "0",
      "kubernetes.azure.com/mode": "system",
    });
  });

  it("show their nodes among the machines, with the addresses of their subnet", () => {
    const [system, ...windows] = clusters.nodes();
    expect(system).to.include({ zone: undefined, address: "10.20.4.4", power: "running", health: "healthy" });
    expect(windows.map(({ zone, address: own }) => [zone, own])).to.deep.equal([
      ["1", "10.20.4.5"],
      ["2", "10.20.4.6"],
      ["3", "10.20.4.7"],
      ["1", "10.20.4.8"],
    ]);
  });

  it("give Services what Azure's cloud controller gives them: an internal address, a public one, or the one that is asked for", async () => {
    const prefix = "service.beta.kubernetes.io/azure-load-balancer";
    const cases: [string, Record<string, string>, RegExp][] = [
      ["inside", { [`${prefix}-internal`]: "true" }, /^10\.20\.4\.9$/],
      ["outside", {}, /^198\.51\.100\.4$/],
      ["given", { [`${prefix}-internal`]: "true", [`${prefix}-ipv4`]: "10.20.4.77" }, /^10\.20\.4\.77$/],
    ];
    for (const [name, annotations, expected] of cases) {
      await api.expect("POST", "/api/v1/namespaces/default/services", {
        metadata: { name, annotations },
        spec: { type: "LoadBalancer", selector: { app: "a" }, ports: [{ port: 80 }] },
      });
      let ip = "";
      await until(`${name} has an address`, async () => {
        const { status } = await api.expect("GET", `/api/v1/namespaces/default/services/${name}`);
        const { ingress } = status["loadBalancer"] as { ingress?: { ip: string }[] };
        ip = ingress?.[0]?.ip ?? "";
        return ip !== "";
      });
      expect(ip, name).to.match(expected);
    }
  });

  it("know objects of the driver for secrets, which the add-on brings", async () => {
    await api.expect("POST", "/apis/secrets-store.csi.x-k8s.io/v1/namespaces/default/secretproviderclasses", {
      apiVersion: "secrets-store.csi.x-k8s.io/v1",
      kind: "SecretProviderClass",
      metadata: { name: "secrets" },
      spec: { provider: "azure", parameters: { keyvaultName: "shop" } },
    });
  });

  it("drain nodes that go, and keep them while a budget keeps their pods", async () => {
    const labels = { app: "b" };
    const tolerations = [{ key: "os", value: "windows", effect: "NoSchedule" }];
    await api.expect("POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", {
      metadata: { name: "b" },
      spec: { minAvailable: 4, selector: { matchLabels: labels } },
    });
    await api.expect("POST", "/apis/apps/v1/namespaces/default/deployments", {
      metadata: { name: "b" },
      spec: {
        replicas: 4,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            nodeSelector: { agentpool: "win" },
            tolerations,
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: labels },
              },
            ],
            containers: [{ name: "b", image: "b" }],
          },
        },
      },
    });
    await until("all pods run", async () => (await healthy()) === 4);

    declarePool("win", 3);
    const refusal = await clusters.put(CLUSTER).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(refusal).to.include({ code: "PodDrainFailure" });
    expect(refusal!.message).to.match(/akswin000003 .*disruption budget/);
    expect(await nodeNames()).to.include("akswin000003");

    await api.merge("/apis/policy/v1/namespaces/default/poddisruptionbudgets/b", { spec: { minAvailable: 3 } });
    const seen: number[] = [];
    await during(clusters.put(CLUSTER), async () => void seen.push(await healthy()));
    expect(Math.min(...seen)).to.be.at.least(3);
    expect(await nodeNames()).to.not.include("akswin000003");
    await until("all pods run elsewhere", async () => (await healthy()) === 4);
    expect((await pods()).map(({ spec }) => spec["nodeName"])).to.not.include("akswin000003");
  });

  it("upgrade a pool by others before, and one node after the other, as its surge says", async () => {
    declarePool("win", 3, { orchestratorVersion: "1.36", upgradeSettings: { maxSurge: "33%" } });
    const names = new Set<string>();
    const seen: number[] = [];
    await during(clusters.put(CLUSTER), async () => {
      seen.push(await healthy());
      for (const name of await nodeNames()) names.add(name);
    });
    expect(Math.min(...seen)).to.be.at.least(3);
    expect([...names].filter((name) => name.startsWith("akswin")))
      .to.include("akswin000003")
      .and.have.length(4);
    const windows = await api.list("/api/v1/nodes?labelSelector=agentpool=win");
    expect(
      windows.map(({ metadata, status }) => [
        metadata.name,
        (status["nodeInfo"] as { kubeletVersion: string }).kubeletVersion,
      ]),
    ).to.deep.equal([0, 1, 2].map((index) => [`akswin00000${index}`, "v1.36.0"]));
  });

  it("change labels and taints of the nodes that are there, and nothing that others wrote", async () => {
    await api.merge("/api/v1/nodes/akswin000000", { metadata: { labels: { "somebody/else": "yes" } } });
    declarePool("win", 3, { nodeLabels: { team: "shop" }, nodeTaints: ["os=windows:NoExecute"] });
    await clusters.put(CLUSTER);
    const node = await api.expect("GET", "/api/v1/nodes/akswin000000");
    expect(node.metadata.labels).to.include({ team: "shop", "somebody/else": "yes" });
    expect(node.spec["taints"]).to.deep.equal([{ key: "os", value: "windows", effect: "NoExecute" }]);
  });

  it("lose a node without power, and get it back", async () => {
    const health = (): string => clusters.nodes().find(({ name }) => name === "akswin000001")!.health;
    const cluster = clusters.withNode("akswin000001")!;
    await cluster.setPower("akswin000001", false);
    await until("the node is lost", async () => health() === "unhealthy");
    expect(clusters.nodes().find(({ name }) => name === "akswin000001")).to.include({ power: "stopped" });
    await cluster.setPower("akswin000001", true);
    await until("the node is back", async () => health() === "healthy");
  });

  it("go on after the sandbox with what they had, and are gone with their declaration", async () => {
    const before = await nodeNames();
    await clusters.stop();
    expect(clusters.accessOf(CLUSTER)).to.equal(undefined);
    const again = make();
    await again.start();
    expect(await nodeNames()).to.deep.equal(before);
    expect((await api.call("GET", "/api/v1/namespaces/default/services/inside")).status).to.equal(200);
    store.delete(CLUSTER);
    await again.remove(CLUSTER);
    expect(readdirSync(layout.kubernetes)).to.deep.equal([]);
    await again.stop();
  });

  it("are declared only where Kubernetes' programs are missing, and the log says what brings them", async () => {
    declare(
      CLUSTER,
      "azure-native:containerservice:ManagedCluster",
      {},
      { fqdn: "x", currentKubernetesVersion: "1.35" },
    );
    const without = make({ PATH: "/nowhere", WINDOWS_HA_CACHE: folder });
    await without.put(CLUSTER);
    expect(without.accessOf(CLUSTER)).to.equal(undefined);
    expect(lines.at(-1)).to.include("npm run setup kubernetes");
    for (const server of [`https://${address}:6443`, "https://shop.sandbox.invalid:443"]) {
      expect(() => without.credentialOf(server), server).to.throw("npm run setup kubernetes");
    }
    expect(existsSync(join(layout.kubernetes, "shop_shop"))).to.equal(false);
  });
});
