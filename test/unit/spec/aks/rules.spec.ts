import { expect } from "chai";
import { formatFindings } from "@windows-ha/spec";
import { aksFindings, aksSpec, found, type Changes } from "./arguments";

describe("bad arguments of a cluster on AKS", () => {
  it("are one list with everything that is wrong, whatever part it is in", () => {
    const findings = aksFindings({
      service: { health: { livenessPath: "/health/deps" } },
      windowsPool: { mode: "System", poolName: "windows", osSku: "Windows2019" },
      cluster: { network: { networkPlugin: "kubenet", networkDataplane: "cilium", networkPolicy: "cilium" } },
      workload: {
        replicas: 1,
        terminationGracePeriodSeconds: 30,
        sidecars: [{ name: "exporter", image: "ghcr.io/exporter:1", hostProcess: true }],
      },
    });
    expect(findings.map(({ path, rule }) => `${path} [${rule}]`)).to.have.members([
      "windowsPool.mode [unknown-property]",
      "windowsPool.poolName [pattern]",
      "windowsPool.osSku [one-of]",
      "cluster.network.networkPlugin [unknown-property]",
      "cluster.network.networkDataplane [unknown-property]",
      "cluster.network.networkPolicy [one-of]",
      "service.health.livenessPath [liveness-dependencies]",
      "workload.replicas [minimum-replicas]",
      "workload.terminationGracePeriodSeconds [stop-budget]",
      "workload.sidecars[0].hostProcess [host-process-mix]",
    ]);
    const text = formatFindings("orders", findings);
    expect(text).to.include("AKS ended Windows2019").and.include("at least 100").and.include("System pools run Linux");
  });

  it("are found in the other parts when the service itself has the wrong shape", () => {
    expect(found({ service: { version: "v1" }, workload: { replicas: 1 } })).to.deep.equal([
      "service.version [pattern]",
      "workload.replicas [minimum-replicas]",
    ]);
    expect(found({ service: { artifact: { path: "orders.exe" } } })).to.deep.equal([
      "service.artifact [unknown-property]",
    ]);
  });

  /** One mistake each, and what is said about it. */
  const MISTAKES: readonly [string, Changes & { service?: Changes }, string][] = [
    ["an image without tag", { service: { image: "orders.azurecr.io/orders" } }, "service.image [image-tag]"],
    ["an image that is latest", { service: { image: "orders.azurecr.io/orders:latest" } }, "service.image [pattern]"],
    [
      "the agent's health",
      { service: { health: { provider: "agent", port: 8081 } } },
      "service.health.provider [pod-health]",
    ],
    [
      "a drain file",
      { service: { arguments: ["${WINDOWS_HA_DRAIN_FILE}"] } },
      "service.arguments[0] [pod-placeholder]",
    ],
    ["a scheduled task", { service: { mode: "scheduledTask" } }, "service.mode [one-of]"],
    [
      "a question that outlasts its interval",
      { service: { installGate: { intervalSeconds: 2, timeoutSeconds: 5 } } },
      "service.installGate.timeoutSeconds [probe-timeout]",
    ],
    ["as many active as there are", { workload: { minimumActive: 3 } }, "workload.minimumActive [minimum-active]"],
    [
      "an autoscaler below the replicas",
      { workload: { autoscale: { minimum: 2, maximum: 5 } } },
      "workload.autoscale [autoscale-limits]",
    ],
    [
      "a public balancer for nobody",
      { workload: { loadBalancer: { public: true } } },
      "workload.loadBalancer.allowFrom [public-source]",
    ],
    [
      "service tags as sources",
      { workload: { loadBalancer: { public: true, allowFrom: ["Internet"] } } },
      "workload.loadBalancer.allowFrom[0] [cidr]",
    ],
    [
      "less processor than requested",
      { workload: { resources: { cpuLimitMillicores: 100 } } },
      "workload.resources.cpuLimitMillicores [cpu-limit]",
    ],
    [
      "Windows 2022 on Kubernetes 1.37",
      { cluster: { kubernetesVersion: "1.37" } },
      "windowsPool.osSku [os-sku-version]",
    ],
    [
      "Windows 2025 on Kubernetes 1.31",
      { windowsPool: { osSku: "Windows2025", kubernetesVersion: "1.31" } },
      "windowsPool.osSku [os-sku-version]",
    ],
    [
      "Windows 2025 without FIPS",
      { windowsPool: { osSku: "Windows2025", fips: false } },
      "windowsPool.fips [os-sku-fips]",
    ],
    [
      "Windows 2022 on machines of generation 2",
      { windowsPool: { size: "Standard_D4ds_v6" } },
      "windowsPool.size [os-sku-generation]",
    ],
    [
      "Windows 2025 on machines of generation 1",
      { windowsPool: { osSku: "Windows2025", size: "Standard_D4_v3", osDiskType: "Managed" } },
      "windowsPool.size [os-sku-generation]",
    ],
    [
      "an ephemeral disk nowhere",
      { windowsPool: { size: "Standard_D4s_v5" } },
      "windowsPool.osDiskType [ephemeral-disk-size]",
    ],
    [
      "an ephemeral disk too small",
      { windowsPool: { size: "Standard_D2ds_v5" } },
      "windowsPool.osDiskType [ephemeral-disk-size]",
    ],
    ["ARM", { windowsPool: { size: "Standard_D4pds_v5" } }, "windowsPool.size [arm64-size]"],
    [
      "a drain shorter than a stop",
      { windowsPool: { upgrade: { drainTimeoutMinutes: 5 } }, service: { stop: { stopSeconds: 600 } } },
      "windowsPool.upgrade.drainTimeoutMinutes [drain-timeout]",
    ],
    ["a pool for ten pods", { windowsPool: { count: 1, maxPods: 10 } }, "windowsPool.maxPods [pool-pods]"],
    [
      "a burstable system pool",
      { cluster: { systemPool: { size: "Standard_B4ms" } } },
      "cluster.systemPool.size [system-pool-size]",
    ],
    ["one system node", { cluster: { systemPool: { count: 1 } } }, "cluster.systemPool.count [range]"],
    [
      "a patch level that a channel moves",
      { cluster: { kubernetesVersion: "1.35.2" } },
      "cluster.kubernetesVersion [upgrade-channel]",
    ],
    [
      "a version that a channel moves",
      { cluster: { kubernetesVersion: "1.35", upgradeChannel: "stable" } },
      "cluster.kubernetesVersion [upgrade-channel]",
    ],
    [
      "nodes ahead of their cluster",
      { cluster: { kubernetesVersion: "1.34" }, windowsPool: { kubernetesVersion: "1.35" } },
      "windowsPool.kubernetesVersion [pool-version]",
    ],
    [
      "nodes far behind their cluster",
      { cluster: { kubernetesVersion: "1.36" }, windowsPool: { kubernetesVersion: "1.32" } },
      "windowsPool.kubernetesVersion [pool-version]",
    ],
    ["SecurityPatch", { cluster: { nodeImageChannel: "SecurityPatch" } }, "cluster.nodeImageChannel [one-of]"],
    [
      "pods' range for 4 nodes",
      { cluster: { network: { podCidr: "10.244.0.0/22" } } },
      "cluster.network.podCidr [pod-range]",
    ],
    [
      "pods in the nodes' network",
      { cluster: { network: { podCidr: "10.20.0.0/16" } } },
      "cluster.network.podCidr [range-overlap]",
    ],
    [
      "AKS' own range",
      { cluster: { network: { serviceCidr: "172.30.0.0/16" } } },
      "cluster.network.serviceCidr [range-overlap]",
    ],
    [
      "services' range too large",
      { cluster: { network: { serviceCidr: "10.0.0.0/12" } } },
      "cluster.network.serviceCidr [service-range]",
    ],
    [
      "DNS at the API server's address",
      { cluster: { network: { dnsServiceIp: "10.0.0.1" } } },
      "cluster.network.dnsServiceIp [dns-address]",
    ],
    [
      "a private API server with ranges",
      { cluster: { apiServer: { private: true, allowFrom: ["203.0.113.7"] } } },
      "cluster.apiServer.allowFrom [api-server-access]",
    ],
    [
      "a name as a source",
      { cluster: { apiServer: { allowFrom: ["office"] } } },
      "cluster.apiServer.allowFrom[0] [api-server-access]",
    ],
    [
      "settings of a cluster that exists",
      { resourceGroupName: "g", cluster: { existing: { clusterName: "shared" }, upgradeChannel: "rapid" } },
      "cluster.upgradeChannel [existing-cluster]",
    ],
    [
      "an identity per secret",
      {
        service: {
          secrets: {
            API_KEY: {
              url: "https://orders.vault.azure.net/secrets/api-key",
              identityClientId: "66666666-7777-8888-9999-000000000000",
            },
          },
        },
      },
      'service.secrets["API_KEY"].identityClientId [secret-identity]',
    ],
    ["a balancer beside the workload", { loadBalancer: { public: true } }, "loadBalancer [unknown-property]"],
  ];
  for (const [title, changes, expected] of MISTAKES) {
    it(`are found: ${title}`, () => expect(found(changes)).to.deep.equal([expected]));
  }

  it("are nothing that is right", () => {
    expect(found({ cluster: { kubernetesVersion: "1.35" }, windowsPool: { osSku: "Windows2025" } })).to.deep.equal([]);
    expect(found({ service: { image: `orders.azurecr.io/orders@sha256:${"a".repeat(64)}` } })).to.deep.equal([]);
    expect(found({ windowsPool: { size: "Standard_D4s_v5", osDiskType: "Managed" } })).to.deep.equal([]);
    expect(found({ resourceGroupName: "g", cluster: { existing: { clusterName: "shared" } } })).to.deep.equal([]);
  });
});

describe("arguments of a cluster on AKS", () => {
  it("are one: the service", () => {
    const { workload, windowsPool, cluster } = aksSpec();
    expect(workload).to.include({ namespace: "orders", replicas: 3, minimumActive: 2, windowsVersion: "ltsc2022" });
    expect(windowsPool.poolName).to.match(/^win[a-z0-9]{3}$/);
    expect(windowsPool).to.include({ osSku: "Windows2022", count: 3, fips: false });
    expect(cluster.systemPool).to.include({ count: 3 });
  });

  it("name the pool by what AKS never changes, so that a successor is there before it goes", () => {
    const nameOf = (windowsPool: Changes): string => aksSpec({ windowsPool }).windowsPool.poolName;
    expect(nameOf({ count: 5, labels: { a: "b" }, upgrade: { maxSurge: "1" } })).to.equal(nameOf({}));
    const others = [{ size: "Standard_D8ds_v5" }, { maxPods: 60 }, { zones: ["1", "2"] }, { osSku: "Windows2025" }];
    expect(new Set([{}, ...others].map(nameOf)).size).to.equal(5);
    expect(nameOf({ poolName: "shop" })).to.equal("shop");
  });

  it("decide about the image's Windows by the pool's, and about FIPS", () => {
    const { workload, windowsPool } = aksSpec({ windowsPool: { osSku: "Windows2025" } });
    expect(workload.windowsVersion).to.equal("ltsc2025");
    expect(windowsPool.fips).to.equal(true);
  });
});
