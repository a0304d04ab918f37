import { expect } from "chai";
import { formatFindings, resolveAksCluster } from "@windows-ha/spec";
import { aksFindings, aksSpec, found, type Changes } from "./arguments";
import { MISTAKES } from "./mistakes";

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

  for (const [title, changes, expected] of MISTAKES) {
    it(`are found: ${title}`, () => expect(found(changes)).to.deep.equal([expected]));
  }

  it("are found in a subnet that is given: names too long for an overlay", () => {
    const subnetId = (network: string): string =>
      `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/${network}/subnets/nodes`;
    const rules = (network: string): string[] =>
      resolveAksCluster({ resourceGroupName: "g", network: { subnetId: subnetId(network) } }).findings.map(
        ({ path, rule }) => `${path} [${rule}]`,
      );
    expect(rules("n".repeat(64))).to.deep.equal(["network.subnetId [overlay-name]"]);
    expect(rules("n".repeat(63))).to.deep.equal([]);
  });

  it("are nothing that is right", () => {
    expect(found({ cluster: { kubernetesVersion: "1.35" }, windowsPool: { osSku: "Windows2025" } })).to.deep.equal([]);
    expect(found({ service: { image: `orders.azurecr.io/orders@sha256:${"a".repeat(64)}` } })).to.deep.equal([]);
    expect(found({ windowsPool: { size: "Standard_D4s_v5", osDiskType: "Managed" } })).to.deep.equal([]);
    expect(found({ windowsPool: { size: "Standard_E4-2ds_v5" } })).to.deep.equal([]);
    expect(found({ workload: { namespace: "default", createNamespace: false } })).to.deep.equal([]);
    expect(found({ workload: { loadBalancer: { enabled: false, probe: { threshold: 1 } } } })).to.deep.equal([]);
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
