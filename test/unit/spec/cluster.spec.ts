import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { clusterFacts, DEFAULTS, resolveCluster, type ClusterSpec } from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

function specOf(changes: Changes = {}): ClusterSpec {
  const { spec, findings } = resolveCluster(clusterArguments(changes));
  expect(findings).to.deep.equal([]);
  return spec!;
}

describe("resolveCluster", () => {
  it("completes the smallest arguments to three machines over three zones behind an internal balancer", () => {
    const { service, machines, network, loadBalancer, firewall } = specOf();
    expect(firewall).to.deep.equal({ rules: [], reviewEveryDays: 30 });
    expect(machines).to.deep.equal({
      count: 3,
      minimumActive: 2,
      zones: ["1", "2", "3"],
      size: "Standard_D2s_v5",
      image: {
        publisher: "MicrosoftWindowsServer",
        offer: "WindowsServer",
        sku: "2022-datacenter-azure-edition",
        version: "latest",
      },
      computerNamePrefix: "orders",
      adminUsername: "clusteradmin",
      osDiskType: "Premium_LRS",
      dataDisks: [],
      encryptionAtHost: true,
      acceleratedNetworking: true,
      bootDiagnostics: true,
      patching: "AutomaticByPlatform",
      hotpatch: false,
      hybridBenefit: false,
      customTimeouts: {},
      zoneRebalance: true,
      upgrade: { pauseSeconds: 60, maxSurge: false },
      repairs: { enabled: true, actionGroupIds: [] },
      terminateNotification: { enabled: true, minutes: 5 },
    });
    expect(network).to.deep.equal({
      addressSpace: "10.20.0.0/16",
      machinesSubnet: "10.20.0.0/22",
      consulSubnet: "10.20.4.0/27",
      natIdleTimeoutMinutes: 4,
      serviceEndpoints: [],
      privateEndpoints: [],
    });
    expect(loadBalancer).to.deep.equal({
      public: false,
      internal: true,
      port: 8080,
      ports: [],
      allowFrom: ["VirtualNetwork"],
      sessionAffinity: "none",
      tcpReset: true,
      idleTimeoutMinutes: 4,
      haPorts: false,
      probe: { intervalSeconds: 5, threshold: 2 },
    });
    expect(service.health).to.deep.equal({
      provider: "service",
      livenessPath: "/health",
      readinessPath: "/ready",
      reportsHealthState: true,
    });
    expect(service).to.deep.include({
      installGate: DEFAULTS.installGate,
      releasesToKeep: 3,
      arguments: [],
      environment: {},
    });
    expect(service.stop).to.deep.equal({ stopSeconds: 60, killSeconds: 10 });
  });

  const DERIVED: { title: string; changes: Changes; read: (spec: ClusterSpec) => unknown; value: unknown }[] = [
    {
      title: "lets one of a pair serve",
      changes: { machines: { count: 2 } },
      read: (spec) => spec.machines.minimumActive,
      value: 1,
    },
    {
      title: "lets two serve of many",
      changes: { machines: { count: 12 } },
      read: (spec) => spec.machines.minimumActive,
      value: 2,
    },
    {
      title: "keeps the minimum that was asked for",
      changes: { machines: { count: 12, minimumActive: 11 } },
      read: (spec) => spec.machines.minimumActive,
      value: 11,
    },
    {
      title: "lets clients use the service's port",
      changes: { service: { port: 9000 } },
      read: (spec) => spec.loadBalancer.port,
      value: 9000,
    },
    {
      title: "lets clients use another port",
      changes: { loadBalancer: { port: 80 } },
      read: (spec) => spec.loadBalancer.port,
      value: 80,
    },
    {
      title: "names computers after the service",
      changes: { service: { name: "Billing.Service" } },
      read: (spec) => spec.machines.computerNamePrefix,
      value: "billingse",
    },
    {
      title: "admits only named clients to a public address",
      changes: { loadBalancer: { public: true, allowFrom: ["203.0.113.0/24"] } },
      read: (spec) => spec.loadBalancer.allowFrom,
      value: ["203.0.113.0/24"],
    },
  ];
  for (const { title, changes, read, value } of DERIVED) {
    it(title, () => expect(read(specOf(changes))).to.deep.equal(value));
  }

  it("takes Outputs where a value can come from another resource", () => {
    const text = pulumi.output("later");
    const changes = {
      service: { artifact: { url: text, sha256: text }, arguments: [text, "plain"], environment: { A: text } },
      agent: { url: text, sha256: Promise.resolve("later") },
      machines: { adminPassword: pulumi.secret("later") },
      resourceGroupName: text,
      location: text,
      tags: pulumi.output({ team: "orders" }),
    };
    expect(resolveCluster(clusterArguments(changes)).findings).to.deep.equal([]);
    expect(resolveCluster(clusterArguments({ service: { environment: pulumi.output({}) } })).findings).to.deep.equal(
      [],
    );
  });

  it("answers the same arguments with the same specification", () => expect(specOf()).to.deep.equal(specOf()));
});

describe("clusterFacts", () => {
  it("says in plain values what a report needs", () => {
    expect(
      clusterFacts(specOf({ machines: { count: 4 }, loadBalancer: { port: 80, probe: { threshold: 3 } } })),
    ).to.deep.equal({
      factsVersion: 1,
      service: { name: "orders", version: "1.4.2" },
      capacity: 4,
      minimumActive: 2,
      zones: ["1", "2", "3"],
      upgrade: {
        mode: "Rolling",
        batchPercent: 25,
        unhealthyPercent: 25,
        pauseSeconds: 60,
        maxSurge: false,
        leastInService: 3,
      },
      probe: { path: "/ready", intervalSeconds: 5, threshold: 3 },
      openPorts: [{ port: 80, protocol: "Tcp", sources: ["VirtualNetwork"] }],
      predictedSeconds: {
        "process-killed": { typical: 6, worst: 6 },
        "process-gone": { typical: 12.5, worst: 15 },
        "machine-off": { typical: 19.5, worst: 22 },
        "machine-frozen": { typical: 19.5, worst: 22 },
        "machine-cut-off": { typical: 19.5, worst: 22 },
        // Two of four machines stand in one zone.
        "zone-lost": { typical: 20.55, worst: 22 },
        "drained-stop": { typical: 0, worst: 0 },
      },
      sla: { percent: 99.98, minutesPerMonth: 8.6, asOf: "2026-08-21" },
      monthlyCost: { usdPerMonth: 680, unknown: [], pricesAsOf: "2025-06" },
      rollingUpdate: { batches: 4, batchSize: 1, typicalSeconds: 416 },
    });
  });

  it("says that autoscale decides about the number of machines", () => {
    const machines = { autoscale: { minimum: 3, maximum: 9 } };
    expect(clusterFacts(specOf({ machines })).autoscale).to.deep.equal({ minimum: 3, maximum: 9 });
  });

  it("holds neither Outputs nor secrets, whatever the arguments hold", () => {
    const changes = {
      service: {
        environment: pulumi.secret({ KEY: "canary" }),
        arguments: [pulumi.secret("canary")],
        artifact: { url: pulumi.output("canary"), sha256: pulumi.output("canary") },
      },
      machines: { adminPassword: "Canary-password-1" },
      tags: { team: pulumi.output("canary") },
    };
    const facts = clusterFacts(specOf(changes));
    expect(structuredClone(facts)).to.deep.equal(facts);
    expect(JSON.stringify(facts).toLowerCase()).not.to.match(/canary|output/);
  });
});
