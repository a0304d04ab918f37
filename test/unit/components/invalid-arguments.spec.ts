import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  Firewall,
  InvalidArgumentsError,
  LoadBalancer,
  Network,
  ServiceInstall,
  WindowsHaCluster,
  WindowsScaleSet,
  type PublishedFileArgs,
} from "windows-ha";
import { attempt, clusterArgs, failureOf, PLACE } from "./support";

const bad = (args: unknown): never => args as never;
const { service } = clusterArgs();
const agent = clusterArgs().agent as PublishedFileArgs;

/** Every component with arguments that are wrong in several ways, and everything that must be found. */
const COMPONENTS: [string, () => unknown, string[]][] = [
  [
    "Network",
    () =>
      new Network(
        "it",
        bad({ ...PLACE, addressSpace: "10.0.0.0/8", machinesSubnet: "11.0.0.0/30", networkSecurityGroupId: "/nsg" }),
      ),
    ["subnet-in-space machinesSubnet", "subnet-size machinesSubnet"],
  ],
  [
    "Network",
    () => new Network("it", bad({ natIdleTimeoutMinutes: 1, nsg: "/nsg" })),
    [
      "unknown-property nsg",
      "required resourceGroupName",
      "range natIdleTimeoutMinutes",
      "required networkSecurityGroupId",
    ],
  ],
  [
    "Firewall",
    () => new Firewall("it", bad({ ...PLACE, probePort: 0, rules: [{ name: "a b", port: 1, sources: [] }] })),
    ["range probePort", "pattern rules[0].name", "length rules[0].sources"],
  ],
  [
    "Firewall",
    () =>
      new Firewall("it", {
        ...PLACE,
        probePort: 1,
        rules: [
          { name: "a", port: 22, sources: ["Internet"] },
          { name: "A", port: 1, sources: ["10.0.0.1/8"] },
        ],
      }),
    ["administration-port rules[0].sources[0]", "rule-name rules[1].name", "cidr rules[1].sources[0]"],
  ],
  [
    "LoadBalancer",
    () => new LoadBalancer("it", bad({ ...PLACE, ports: {}, probe: { intervalSeconds: 1 } })),
    ["type ports", "range probe.intervalSeconds", "required probe.port"],
  ],
  [
    "LoadBalancer",
    () =>
      new LoadBalancer("it", {
        ...PLACE,
        ports: [
          { name: "a", frontendPort: 1, backendPort: 1 },
          { name: "a", frontendPort: 1, backendPort: 2 },
        ],
        probe: { port: 25 },
      }),
    ["front-end subnetId", "probe-port probe.port", "unique ports[1].name", "unique ports[1].frontendPort"],
  ],
  [
    "LoadBalancer",
    () =>
      new LoadBalancer("it", {
        ...PLACE,
        public: true,
        subnetId: "/s",
        ports: [{ name: "a", frontendPort: 1, backendPort: 1 }],
        probe: { port: 1 },
      }),
    ["front-end subnetId"],
  ],
  [
    "LoadBalancer",
    () =>
      new LoadBalancer(
        "it",
        bad({ ...PLACE, subnetId: null, ports: [{ name: "a", frontendPort: 1, backendPort: 1 }], probe: { port: 1 } }),
      ),
    ["front-end subnetId"],
  ],
  [
    "ServiceInstall",
    () => new ServiceInstall("it", bad({ service: { ...service, port: 0 }, probe: { threshold: 0 } })),
    ["range service.port", "required agent", "range probe.threshold"],
  ],
  [
    "ServiceInstall",
    () => new ServiceInstall("it", { service: { ...service, name: "nul" }, agent, probe: { intervalSeconds: 300 } }),
    ["device-name service.name", "drain-seconds service.stop.drainSeconds"],
  ],
  [
    "ServiceInstall",
    () =>
      new ServiceInstall("it", {
        service: { ...service, account: { name: "LocalSystem" }, recovery: { delaySeconds: 600 } },
        agent,
      }),
    ["local-system service.account.name", "recovery-reset service.recovery.resetPeriodSeconds"],
  ],
  [
    "WindowsScaleSet",
    () => new WindowsScaleSet("it", bad({ ...PLACE, count: 1, health: {}, adminPassword: "canary-4711-$" })),
    ["range count", "required subnetId", "required health.port"],
  ],
  [
    "WindowsScaleSet",
    () =>
      new WindowsScaleSet("it", {
        ...PLACE,
        count: 2,
        minimumActive: 2,
        subnetId: "/s",
        health: { port: 1 },
        adminPassword: "canary-canary",
      }),
    ["minimum-active minimumActive", "password-complexity adminPassword"],
  ],
  [
    "WindowsHaCluster",
    () =>
      new WindowsHaCluster(
        "it",
        bad({ service: { ...service, version: "one" }, machines: { count: 1 }, network: { range: "10.0.0.0/8" } }),
      ),
    ["pattern service.version", "range machines.count", "unknown-property network.range"],
  ],
  [
    "WindowsHaCluster",
    () => new WindowsHaCluster("it", clusterArgs({ machines: { minimumActive: 3 }, loadBalancer: { public: true } })),
    ["minimum-active machines.minimumActive", "public-source loadBalancer.allowFrom"],
  ],
  ["WindowsHaCluster", () => new WindowsHaCluster("it", bad(undefined)), ["required service"]],
];

describe("a component that was given wrong arguments", () => {
  for (const [kind, program, expected] of COMPONENTS) {
    it(`${kind} registers nothing and fails with one error that lists ${expected.join(", ")}`, async () => {
      const { failure, registered } = await attempt(program);
      expect(registered).to.deep.equal([]);
      expect(failure).to.be.instanceOf(InvalidArgumentsError);
      const { findings, message } = failure as InvalidArgumentsError;
      expect(findings.map(({ rule, path }) => `${rule} ${path}`)).to.have.members(expected);
      const count = expected.length === 1 ? "1 problem" : `${expected.length} problems`;
      expect(message.split("\n")[0]).to.equal(`${kind} "it": ${count}; nothing was created.`);
      expect(message).not.to.include("canary");
    });
  }

  it("fails a preview already", async () => {
    const { failure, registered } = await attempt(() => new WindowsHaCluster("it", bad({})), true);
    expect(failure).to.be.instanceOf(InvalidArgumentsError);
    expect(registered).to.deep.equal([]);
  });

  it("is known to Pulumi as an error without stack, and names no property by which Pulumi would print its value", async () => {
    const failure = await failureOf(
      () => new WindowsHaCluster("it", clusterArgs({ machines: { count: 1, zones: ["9"] } })),
    );
    expect(pulumi.ResourceError.isInstance(failure)).to.equal(true);
    expect((failure as pulumi.ResourceError).hideStack).to.equal(true);
    expect(pulumi.InputPropertiesError.isInstance(failure)).to.equal(true);
    expect((failure as unknown as pulumi.InputPropertiesError).errors).to.deep.equal([]);
  });

  it("carries no value of a property that may be secret, in neither of its two forms", async () => {
    const args = clusterArgs({
      machines: { adminPassword: "canary-4711" },
      service: { ...service, environment: { "A B": "canary-4711" } },
    });
    const failure = (await failureOf(() => new WindowsHaCluster("it", args))) as InvalidArgumentsError;
    expect(failure.findings).to.have.length(2);
    expect(failure.message + JSON.stringify(failure.errors) + JSON.stringify(failure.findings)).not.to.include(
      "canary-4711",
    );
  });

  it("says of Outputs at plain places that they must be known, for each of them", async () => {
    const later = bad(pulumi.output(3));
    const failure = (await failureOf(
      () =>
        new WindowsHaCluster("it", clusterArgs({ machines: { count: later }, service: { ...service, port: later } })),
    )) as InvalidArgumentsError;
    expect(failure.findings.map(({ rule, path }) => `${rule} ${path}`)).to.have.members([
      "not-plain machines.count",
      "not-plain service.port",
    ]);
  });
});
