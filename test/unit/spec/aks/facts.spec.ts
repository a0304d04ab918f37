import { expect } from "chai";
import {
  aksClusterFacts,
  aksHaFacts,
  resolveAksCluster,
  resolveWindowsPool,
  resolveWindowsWorkload,
  windowsPoolFacts,
  workloadFacts,
} from "@windows-ha/spec";
import { aksArguments, aksSpec } from "./arguments";

const place = { resourceGroupName: "g" };

describe("facts of AKS", () => {
  it("say of the whole what a report shows: capacity, switchover, rollout, promise, cost", () => {
    const facts = aksHaFacts(aksSpec({ workload: { autoscale: { maximum: 9 } } }));
    expect(facts).to.deep.include({
      factsVersion: 1,
      service: { name: "orders", version: "1.4.2" },
      capacity: 3,
      minimumActive: 2,
      autoscale: { minimum: 3, maximum: 9 },
      zones: ["1", "2", "3"],
      upgrade: { mode: "OneByOne", maxUnavailable: 0, maxSurge: 1, leastInService: 3 },
      openPorts: [{ port: 8080, protocol: "Tcp", sources: [] }],
      rollingUpdate: { batches: 3, batchSize: 1, typicalSeconds: 75 },
      monthlyCost: { usdPerMonth: 1500, unknown: [], pricesAsOf: "2025-06" },
    });
    expect(facts["predictedSeconds"]).to.deep.include({
      "node-off": { typical: 14.5, worst: 17 },
      "process-killed": { typical: 9.5, worst: 12 },
      "node-drained": { typical: 0, worst: 0 },
    });
    expect(facts["replacementSeconds"], "a lost pod's successor, always past 30 s").to.deep.equal({
      typical: 105,
      worst: 542,
    });
  });

  it("hold nothing that another resource brings, and no secret", () => {
    const input = { input: "isn't plain" };
    const { spec } = resolveWindowsWorkload({
      ...aksArguments({ service: { environment: { A: "plain-value" }, arguments: ["--flag"] } }),
      kubeconfig: "kubeconfig-text",
    });
    const text = JSON.stringify([
      workloadFacts(spec!),
      aksClusterFacts(resolveAksCluster({ ...place, apiServer: { allowFrom: ["203.0.113.7"] } }).spec!),
      windowsPoolFacts({ ...resolveWindowsPool({ ...place, clusterName: "c" }).spec!, subnetId: input }),
    ]);
    for (const part of ["plain-value", "--flag", "kubeconfig-text", "203.0.113.7", "isn't plain"]) {
      expect(text).not.to.include(part);
    }
  });

  it("say the same of the parts as of the whole", () => {
    const whole = aksHaFacts(aksSpec());
    const own = workloadFacts(resolveWindowsWorkload(aksArguments()).spec!);
    for (const name of ["capacity", "minimumActive", "upgrade", "predictedSeconds", "sla", "openPorts"]) {
      expect(own[name], name).to.deep.equal(whole[name]);
    }
    expect(windowsPoolFacts(resolveWindowsPool({ ...place, clusterName: "c" }).spec!)).to.deep.include({
      zones: ["1", "2", "3"],
      count: 3,
      monthlyCost: { usdPerMonth: 900, unknown: [], pricesAsOf: "2025-06" },
    });
    const cluster = aksClusterFacts(resolveAksCluster({ ...place, kubernetesVersion: "1.35" }).spec!);
    expect(cluster).to.deep.include({ kubernetesVersion: "1.35", upgradeChannel: "patch", adopted: false });
    expect(cluster["monthlyCost"]).to.deep.include({ usdPerMonth: 600 });
    const adopted = aksClusterFacts(resolveAksCluster({ ...place, existing: { clusterName: "c" } }).spec!);
    expect(adopted, "somebody else pays").not.to.have.property("monthlyCost");
  });
});
