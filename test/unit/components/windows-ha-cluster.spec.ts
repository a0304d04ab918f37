import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseInstallCommand, type AgentSpec } from "@windows-ha/spec";
import {
  expectNoSecretLeak,
  expectUrnGolden,
  expectWellFormed,
  Match,
  Template,
  type Recording,
  type Values,
} from "@windows-ha/testing";
import { WindowsHaCluster, type ClusterPrediction, type WindowsHaClusterArgs } from "windows-ha";
import {
  bodyOf,
  clusterArgs,
  inBothPasses,
  ipConfigurationOf,
  known,
  profileOf,
  recordEach,
  recordUpdate,
  SCALE_SET,
  TAGS,
} from "./support";

const GROUP = "azure-native:resources:ResourceGroup";
const TAGGED = [
  GROUP,
  SCALE_SET,
  "azure-native:managedidentity:UserAssignedIdentity",
  ...[
    "ApplicationSecurityGroup",
    "LoadBalancer",
    "NatGateway",
    "NetworkSecurityGroup",
    "PublicIPAddress",
    "VirtualNetwork",
  ].map((type) => `azure-native:network:${type}`),
];
const create =
  (changes: Partial<WindowsHaClusterArgs> = {}) =>
  () =>
    new WindowsHaCluster("orders", clusterArgs(changes));
const outputsOf = (recording: Recording): Values =>
  Template.of(recording).findResource("windows-ha:index:WindowsHaCluster").outputs;

describe("WindowsHaCluster", () => {
  inBothPasses(
    "has the identity that is under review: another URN would replace a running cluster",
    create(),
    (recording) => {
      expectUrnGolden(recording, join(__dirname, "golden/quickstart.urns"));
    },
  );

  inBothPasses(
    "tells the engine plain facts about itself, and nothing that may be secret or unknown",
    create(),
    (recording) => {
      const { inputs, secretPaths } = Template.of(recording).findResource("windows-ha:index:WindowsHaCluster");
      expect(secretPaths).to.deep.equal([]);
      expect(inputs).to.deep.equal({
        factsVersion: 1,
        service: { name: "orders", version: "1.4.2" },
        capacity: 3,
        minimumActive: 2,
        zones: ["1", "2", "3"],
        upgrade: {
          mode: "Rolling",
          batchPercent: 33,
          unhealthyPercent: 34,
          pauseSeconds: 60,
          maxSurge: false,
          leastInService: 2,
        },
        probe: { path: "/ready", intervalSeconds: 5, threshold: 2 },
        openPorts: [{ port: 8080, protocol: "Tcp", sources: ["VirtualNetwork"] }],
        predictedSeconds: {
          "process-killed": { typical: 6, worst: 6 },
          "process-gone": { typical: 7.5, worst: 10 },
          "machine-off": { typical: 14.5, worst: 17 },
          "machine-frozen": { typical: 14.5, worst: 17 },
          "machine-cut-off": { typical: 14.5, worst: 17 },
          "zone-lost": { typical: 14.5, worst: 17 },
          "drained-stop": { typical: 0, worst: 0 },
        },
        sla: { percent: 99.98, minutesPerMonth: 8.6, asOf: "2026-08-21" },
        monthlyCost: { usdPerMonth: 530, unknown: [], pricesAsOf: "2025-06" },
        rollingUpdate: { batches: 3, batchSize: 1, typicalSeconds: 267 },
      });
    },
  );

  inBothPasses("hands on where the service answers", create({ loadBalancer: { port: 80 } }), (recording) => {
    const { prediction: _prediction, ...others } = outputsOf(recording);
    expect(others).to.deep.equal({
      url: known(recording, "http://10.20.0.4:80"),
      address: known(recording, "10.20.0.4"),
      resourceGroupName: known(recording, "orders1a2b3c4d"),
      machineCount: 3,
    });
  });

  inBothPasses(
    "predicts from its arguments alone, so that a preview knows it",
    create({ loadBalancer: { probe: { intervalSeconds: 15 } } }),
    (recording) => {
      const { switchover, sla, monthlyCost, rollingUpdate } = outputsOf(recording).prediction as ClusterPrediction;
      const off = switchover.find(({ fault }) => fault === "machine-off");
      expect(off).to.include({ typicalSeconds: 39.5, worstSeconds: 47, meetsMark: false });
      expect(sla).to.include({ percent: 99.98, minutesPerMonth: 8.6 });
      expect(monthlyCost).to.deep.include({ usdPerMonth: 530, unknown: [] });
      // A slower probe needs a longer drain.
      expect(rollingUpdate).to.include({ batches: 3, typicalSeconds: 3 * (40 + 4 + 30 + 15) + 2 * 60 });
    },
  );

  inBothPasses(
    "wires its parts: machines in the subnet and the pool, the subnet behind the firewall",
    create(),
    (recording) => {
      expect(ipConfigurationOf(recording)).to.deep.include({
        subnet: { id: known(recording, "orders-network-machines_id") },
        loadBalancerBackendAddressPools: [
          { id: known(recording, "orders-load-balancer_id/backendAddressPools/machines") },
        ],
      });
      const template = Template.of(recording);
      template.hasResourceInputs("azure-native:network:Subnet", {
        networkSecurityGroup: { id: known(recording, "orders-firewall_id") },
      });
      template.hasResourceInputs("azure-native:network:LoadBalancer", {
        frontendIPConfigurations: [
          Match.objectLike({ subnet: { id: known(recording, "orders-network-machines_id") } }),
        ],
      });
    },
  );

  inBothPasses(
    "asks the agent for everything where the service can't answer, and lets no client in there",
    create({ service: { ...clusterArgs().service, health: { provider: "agent", port: 8081 } } }),
    (recording) => {
      const balancer = bodyOf(recording, "azure-native:network:LoadBalancer");
      expect((balancer.probes as Values[])[0]).to.include({ protocol: "Http", port: 8081, requestPath: "/ready" });
      expect((balancer.loadBalancingRules as Values[])[0]).to.include({ backendPort: 8080 });
      const rules = bodyOf(recording, "azure-native:network:NetworkSecurityGroup").securityRules as Values[];
      expect(
        rules.map((rule) => `${rule.access} ${rule.sourceAddressPrefix} ${rule.destinationPortRange}`)[0],
      ).to.equal("Allow AzureLoadBalancer 8081");
      expect(rules.filter((rule) => rule.destinationPortRange === "8081")).to.have.length(1);
      expect(profileOf(recording).extensionProfile.extensions[1]!.settings).to.include({
        protocol: "http",
        port: 8081,
        requestPath: "/health",
      });
    },
  );

  inBothPasses(
    "asks one port of the service for everything: balancer, firewall and health extension",
    create({
      service: { ...clusterArgs().service, port: 9000, health: { livenessPath: "/live", readinessPath: "/in" } },
      loadBalancer: { port: 80, allowFrom: ["10.9.0.0/16"] },
    }),
    (recording) => {
      const balancer = bodyOf(recording, "azure-native:network:LoadBalancer");
      expect(balancer.probes).to.have.nested.property("[0].port", 9000);
      expect(balancer.probes).to.have.nested.property("[0].requestPath", "/in");
      expect((balancer.loadBalancingRules as Values[])[0]).to.include({
        name: "orders",
        frontendPort: 80,
        backendPort: 9000,
      });
      const rules = bodyOf(recording, "azure-native:network:NetworkSecurityGroup").securityRules as Values[];
      expect(
        rules.map((rule) => `${rule.access} ${rule.sourceAddressPrefix} ${rule.destinationPortRange}`),
      ).to.deep.equal(["Allow AzureLoadBalancer 9000", "Allow 10.9.0.0/16 9000", "Deny * *"]);
      expect(profileOf(recording).extensionProfile.extensions[1]!.settings).to.include({
        port: 9000,
        requestPath: "/live",
      });
    },
  );

  inBothPasses(
    "gives the machines the service with the balancer's own probe timing",
    create({ loadBalancer: { probe: { intervalSeconds: 10, threshold: 3 } } }),
    (recording) => {
      const [install] = profileOf(recording).extensionProfile.extensions;
      const spec = JSON.parse(parseInstallCommand(install!.protectedSettings!.commandToExecute)!.specJson) as AgentSpec;
      expect(spec.stop.drainSeconds).to.equal(40);
      expect(install!.settings).to.deep.equal({ fileUris: ["https://files.example.com/windows-ha-agent.exe"] });
    },
  );

  inBothPasses(
    "opens a public address to the named clients only",
    create({ loadBalancer: { public: true, allowFrom: ["203.0.113.0/24", "198.51.100.7"] } }),
    (recording) => {
      Template.of(recording).resourceCountIs("azure-native:network:PublicIPAddress", 2);
      const rules = bodyOf(recording, "azure-native:network:NetworkSecurityGroup").securityRules as Values[];
      expect(rules[1]!.sourceAddressPrefixes).to.deep.equal(["203.0.113.0/24", "198.51.100.7"]);
      const { frontendIPConfigurations } = bodyOf(recording, "azure-native:network:LoadBalancer");
      expect(frontendIPConfigurations).not.to.have.nested.property("[0].subnet");
      expect(outputsOf(recording)).to.include({ url: known(recording, "http://203.0.113.10:8080") });
    },
  );

  for (const [kind, resourceGroupName] of [
    ["plain", "shared-group"],
    ["deferred", pulumi.output("shared-group")],
  ] as const) {
    inBothPasses(
      `goes into an existing resource group by its ${kind} name and creates none`,
      create({ resourceGroupName, location: "northeurope" }),
      (recording) => {
        Template.of(recording).resourceCountIs(GROUP, 0);
        for (const { custom, type, inputs } of recording.resources) {
          if (!custom || !type.startsWith("azure-native:")) continue;
          expect(inputs.resourceGroupName, type).to.equal("shared-group");
          if (type !== "azure-native:network:Subnet") expect(inputs.location, type).to.equal("northeurope");
        }
        expect(outputsOf(recording).resourceGroupName).to.equal("shared-group");
      },
    );
  }

  for (const [kind, tags] of [
    ["plain", TAGS],
    ["deferred", pulumi.output(TAGS)],
  ] as const) {
    inBothPasses(`carries ${kind} tags to everything that takes tags`, create({ tags }), (recording) => {
      expectWellFormed(recording, { tags: { values: TAGS, types: TAGGED } });
      const types = new Set(
        recording.resources.filter(({ inputs }) => inputs.tags !== undefined).map(({ type }) => type),
      );
      expect([...types].sort()).to.deep.equal([...TAGGED].sort());
    });
  }

  it("registers the same resources for 3, 100 and 1000 machines", async () => {
    const urns = async (count: number): Promise<string[]> =>
      Template.of(await recordUpdate(create({ machines: { count } }))).urns();
    const three = await urns(3);
    expect(three).to.have.length(17);
    expect(await urns(100)).to.deep.equal(three);
    expect(await urns(1000)).to.deep.equal(three);
  });

  it("keeps every secret that it is given a secret, and hands it to the machines all the same", async () => {
    const canaries = { environment: "canary-env-4711-x", argument: "canary-arg-4711-x", password: "Canary-pw-4711-x" };
    const program = create({
      service: {
        ...clusterArgs().service,
        environment: pulumi.secret({ TOKEN: canaries.environment }),
        arguments: [pulumi.secret(`--key=${canaries.argument}`)],
      },
      machines: { adminPassword: pulumi.secret(canaries.password) },
    });
    for (const recording of await recordEach(program)) {
      const kept = expectNoSecretLeak(recording, canaries);
      for (const name of Object.keys(canaries)) expect(kept[name], name).not.to.deep.equal([]);
    }
  });

  it("keeps a plain environment and a made-up password secret too", async () => {
    const program = create({
      service: {
        ...clusterArgs().service,
        environment: { TOKEN: "canary-env-4711-x" },
        secretsInEnvironment: ["TOKEN"],
      },
    });
    for (const recording of await recordEach(program)) {
      expectNoSecretLeak(recording, { environment: "canary-env-4711-x", password: "Random-password-4711" });
    }
  });

  it("gives handles on its parts", async () => {
    const { result, resources } = await recordUpdate(create());
    const parts = [result.firewall, result.network, result.loadBalancer, result.serviceInstall, result.scaleSet];
    const urns = await Promise.all(parts.map((part) => new Promise<string>((resolve) => part!.urn.apply(resolve))));
    const own = resources.filter(({ custom, name }) => !custom && name !== "orders").map(({ urn }) => urn);
    expect(urns.sort()).to.deep.equal(own.sort());
  });

  it("can stand twice in one program", async () => {
    const recording = await recordUpdate(() => [
      new WindowsHaCluster("a", clusterArgs()),
      new WindowsHaCluster("b", clusterArgs()),
    ]);
    expect(new Set(recording.resources.map(({ urn }) => urn)).size).to.equal(34);
    expectWellFormed(recording);
  });
});
