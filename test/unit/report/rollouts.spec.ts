import { expect } from "chai";
import { readPreview } from "@windows-ha/report";
import { changed, stepOf, updating, type PreviewDocument } from "./support";

type Policy = Record<string, unknown>;
const scaleSet = (size: string, policy: Policy, capacity: unknown = 6, mode = "Rolling") => ({
  zones: ["1", "2"],
  sku: { name: size, capacity },
  upgradePolicy: { mode, rollingUpgradePolicy: policy },
});
const roll = (policy: Policy, capacity?: unknown) =>
  updating("compute:VirtualMachineScaleSet", scaleSet("a", policy, capacity), scaleSet("b", policy, capacity));

/** The facts of the cluster, before and after. */
function facts({ steps }: PreviewDocument): Record<string, unknown>[] {
  const step = steps.find(({ urn }) => urn.includes("::windows-ha:index:WindowsHaCluster::"))!;
  return [step.oldState!.inputs!, step.newState!.inputs!];
}

describe("how machines roll", () => {
  const CASES: [title: string, policy: Policy, atATime: number, leastInService: number][] = [
    ["20 % of six is one at a time, Azure's default", {}, 1, 5],
    ["50 % of six is three at a time", { maxBatchInstancePercent: 50 }, 3, 3],
    ["5 % of six is one at a time", { maxBatchInstancePercent: 5 }, 1, 5],
    ["with surge none is missing", { maxBatchInstancePercent: 50, maxSurge: true }, 3, 6],
  ];
  for (const [title, policy, atATime, leastInService] of CASES) {
    it(title, () => {
      expect(roll(policy).rollouts).to.deep.equal([
        {
          of: "machines",
          name: "it",
          urn: "urn:pulumi:dev::example::azure-native:compute:VirtualMachineScaleSet::it",
          resources: ["urn:pulumi:dev::example::azure-native:compute:VirtualMachineScaleSet::it"],
          machines: 6,
          total: 6,
          atATime,
          leastInService,
          zones: ["1", "2"],
          unknown: [],
        },
      ]);
    });
  }

  it("counts the fewer machines when their number changes, too", () => {
    const { rollouts } = updating("compute:VirtualMachineScaleSet", scaleSet("a", {}, 6), scaleSet("b", {}, 2));
    expect(rollouts[0]).to.include({ machines: 2, leastInService: 1 });
  });

  it("interrupts when a batch is everything", () => {
    const { interruptions, verdict } = roll({ maxBatchInstancePercent: 100 });
    expect(interruptions[0]).to.include({ certainty: "certain" });
    expect(interruptions[0]!.why).to.contain("≥ 0 of 6 serve").and.to.contain("fewer than the 1 that must");
    expect(verdict).to.contain("service is interrupted by it");
  });

  for (const [title, capacity, policy] of [
    ["a number of machines that isn't known yet", "04da6b54-80e4-46f7-96ec-b56ff0331ba9", {}],
    ["no number of machines", undefined, {}],
    ["limits that are a secret", 6, { maxBatchInstancePercent: "[secret]" }],
  ] as const) {
    it(`doesn't guess from ${title}`, () => {
      const { rollouts, interruptions } = roll(policy, capacity ?? null);
      expect(rollouts[0]!.leastInService).to.equal(undefined);
      expect(interruptions[0]!.certainty).to.equal("possible");
    });
  }

  it("says unknown where autoscale decides, whoever declares it", () => {
    const ours = changed("done-when", (document) => {
      for (const one of facts(document)) one["autoscale"] = { minimum: 3, maximum: 9 };
    });
    const theirs = changed("done-when", (document) => {
      const [machines, setting] = [
        stepOf(document, "VirtualMachineScaleSet"),
        structuredClone(stepOf(document, "Subnet")),
      ];
      Object.assign(setting, { urn: setting.urn.replaceAll("network:Subnet", "monitor:AutoscaleSetting") });
      for (const state of [setting.oldState!, setting.newState!]) {
        Object.assign(state, { urn: setting.urn, type: "azure-native:monitor:AutoscaleSetting" });
        state["propertyDependencies"] = { targetResourceUri: [machines.urn] };
      }
      document.steps.push(setting);
      document.changeSummary!["same"]! += 1;
    });
    for (const { rollouts } of [ours, theirs]) {
      expect(rollouts[0]).not.to.have.any.keys("machines", "leastInService");
      expect(rollouts[0]!.unknown).to.deep.equal(["autoscale decides how many machines there are"]);
    }
  });

  it("interrupts when fewer serve than the component was told to keep", () => {
    const report = changed("done-when", (document) => {
      for (const one of facts(document)) one["minimumActive"] = 3;
    });
    expect(report.interruptions[0]!.why).to.contain("fewer than the 3 that must");
  });

  it("counts single machines by the component that has them", () => {
    const component = "urn:pulumi:dev::p::windows-ha:index:WindowsHaCluster::orders";
    const cluster = {
      urn: component,
      type: "windows-ha:index:WindowsHaCluster",
      custom: false,
      inputs: { factsVersion: 1, capacity: 3, minimumActive: 2, zones: ["1", "2", "3"], upgrade: { mode: "OneByOne" } },
    };
    const report = changed("no-change", (document) => {
      const commands = [1, 2, 3].map((number) => {
        const urn = `urn:pulumi:dev::p::windows-ha:index:WindowsHaCluster$windows-ha:index:WindowsMachines$azure-native:compute:VirtualMachineRunCommand::orders-${number}`;
        const state = (version: string) => ({
          urn,
          type: "azure-native:compute:VirtualMachineRunCommand",
          custom: true,
          parent: component,
          inputs: { vmName: `vm${number}`, parameters: [{ name: "version", value: version }] },
        });
        return { op: "update", urn, oldState: state("1"), newState: state("2") };
      });
      document.steps = [{ op: "same", urn: component, oldState: cluster, newState: cluster }, ...commands];
      document.changeSummary = { same: 1, update: 3 };
    });
    expect(report.rollouts[0]).to.include({ name: "orders", machines: 3, total: 3, atATime: 1, leastInService: 2 });
    expect(report.interruptions).to.deep.equal([]);
    expect(report.verdict).to.contain("orders rolls 3 machines, 1 at a time (≥ 2 of 3 serve");
  });

  it("doesn't excuse a machine beside the cluster that goes before its successor comes", () => {
    const report = changed("done-when", (document) => {
      const type = "azure-native:compute:VirtualMachine";
      const urn = `urn:pulumi:dev::windows-ha::${type}::server`;
      const state = { urn, type, custom: true, inputs: {} };
      const steps = ["delete-replaced", "replace", "create-replacement"];
      document.steps.push(...steps.map((op) => ({ op, urn, oldState: state, newState: state })));
    });
    expect(report.interruptions).to.deep.include({
      name: "server",
      urn: "urn:pulumi:dev::windows-ha::azure-native:compute:VirtualMachine::server",
      certainty: "certain",
      why: "the old one goes before the new one comes: this machine",
    });
  });

  it("summarises a component that has others with facts in it only once", () => {
    const report = changed("done-when", (document) => {
      for (const one of [
        stepOf(document, "WindowsScaleSet").oldState!,
        stepOf(document, "WindowsScaleSet").newState!,
      ]) {
        one.inputs = { factsVersion: 1, service: { name: "orders", version: "1.4.2" } };
      }
    });
    expect(report.clusters.map(({ name }) => name)).to.deep.equal(["orders"]);
  });

  it("takes no facts of a version that it doesn't know", () => {
    const report = changed("done-when", (document) => {
      for (const one of facts(document)) one["factsVersion"] = 2;
    });
    expect(report.clusters).to.deep.equal([]);
    expect(report.rollouts[0]).to.include({ machines: 3, leastInService: 2 }).and.not.to.have.property("minimumActive");
  });
});

describe("how pods roll", () => {
  const URN = "urn:pulumi:dev::example::kubernetes:apps/v1:Deployment::orders";
  const deployment = (image: string, more: Record<string, unknown> = {}) => ({
    metadata: { name: "orders" },
    spec: { replicas: 3, template: { spec: { containers: [{ name: "orders", image }] } }, ...more },
  });
  const rolled = (more: Record<string, unknown>, ...others: object[]) => {
    const state = (inputs: object) => ({ urn: URN, type: "kubernetes:apps/v1:Deployment", custom: true, inputs });
    const step = {
      op: "update",
      urn: URN,
      oldState: state(deployment("a", more)),
      newState: state(deployment("b", more)),
    };
    return readPreview({ steps: [step, ...others], changeSummary: { update: 1, same: others.length } });
  };
  const strategy = (maxUnavailable: unknown, maxSurge: unknown) => ({
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable, maxSurge } },
  });

  const CASES: [title: string, more: Record<string, unknown>, atATime: number, leastInService: number][] = [
    ["none is missing where one more comes first", strategy(0, 1), 1, 3],
    ["Kubernetes' defaults for three: none missing, one more", {}, 1, 3],
    ["half of three may be missing: one", strategy("50%", "0%"), 1, 2],
    ["Kubernetes' defaults for eight: two missing, two more", { replicas: 8 }, 4, 6],
  ];
  for (const [title, more, atATime, leastInService] of CASES) {
    it(title, () => {
      expect(rolled(more).rollouts[0]).to.include({ of: "pods", atATime, leastInService });
    });
  }

  it("are named as pods", () => {
    expect(rolled(strategy(0, 1)).verdict).to.equal(
      "1 update: orders rolls 3 pods, 1 at a time (≥ 3 of 3 serve, if all are healthy now).",
    );
  });

  it("stop all at once with the strategy Recreate", () => {
    const report = rolled({ strategy: { type: "Recreate" } });
    expect(report.changes[0]!.effect).to.equal("interrupts");
    expect(report.interruptions[0]).to.include({
      certainty: "certain",
      why: "all pods stop before the new ones start",
    });
  });

  it("are unknown where an autoscaler decides", () => {
    const urn = "urn:pulumi:dev::example::kubernetes:autoscaling/v2:HorizontalPodAutoscaler::orders";
    const type = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
    const state = {
      urn,
      type,
      custom: true,
      inputs: { spec: { scaleTargetRef: { kind: "Deployment", name: "orders" } } },
    };
    const { rollouts } = rolled({}, { op: "same", urn, oldState: state, newState: state });
    expect(rollouts[0]).not.to.have.any.keys("machines", "leastInService");
    expect(rollouts[0]!.unknown).to.deep.equal(["an autoscaler decides how many pods there are"]);
  });

  it("are at the least the autoscaler's least, less what may be missing", () => {
    const urn = "urn:pulumi:dev::example::kubernetes:autoscaling/v2:HorizontalPodAutoscaler::orders";
    const inputs = { spec: { minReplicas: 3, scaleTargetRef: { kind: "Deployment", name: "orders" } } };
    const state = { urn, type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", custom: true, inputs };
    const { verdict } = rolled(strategy(0, 1), { op: "same", urn, oldState: state, newState: state });
    expect(verdict).to.equal("1 update: orders rolls an unknown number of pods (≥ 3 serve, if all are healthy now).");
  });
});
