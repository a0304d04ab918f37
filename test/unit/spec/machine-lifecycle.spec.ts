import { expect } from "chai";
import {
  clusterFacts,
  MACHINES_FIELD,
  predictCluster,
  resolveCluster,
  scaleSetTimeouts,
  singleMachineTimeouts,
  withDefaults,
  type MachinesSpec,
} from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const machines = (changes: Partial<MachinesSpec>): MachinesSpec => ({
  ...withDefaults<MachinesSpec>(MACHINES_FIELD, {}),
  minimumActive: 2,
  ...changes,
});
const cluster = (stop: object, terminateNotification: object = {}) =>
  resolveCluster(clusterArguments({ service: { stop }, machines: { terminateNotification } }));
const notice = (stop: object) => cluster(stop).spec!.machines.terminateNotification;
const rules = (stop: object, terminateNotification?: object) =>
  cluster(stop, terminateNotification).findings.map(({ rule, path }) => `${rule} ${path}`);

describe("the notice before a machine is deleted", () => {
  it("is Azure's least, and longer where the service drains and stops longer", () => {
    expect(notice({})).to.deep.equal({ enabled: true, minutes: 5 });
    // 230 + 60 + 10 s are five minutes; one second more is the sixth.
    expect(notice({ drainSeconds: 230 }).minutes).to.equal(5);
    expect(notice({ drainSeconds: 231 }).minutes).to.equal(6);
  });

  it("must not end in the middle of the drain", () => {
    const wrong = ["terminate-notification machines.terminateNotification.minutes"];
    expect(rules({ drainSeconds: 231 }, { minutes: 5 })).to.deep.equal(wrong);
    expect(rules({ drainSeconds: 231 }, { minutes: 6 })).to.deep.equal([]);
    expect(rules({ drainSeconds: 231 }, { enabled: false, minutes: 5 })).to.deep.equal([]);
  });

  it("is no help for a stop that is longer than Azure waits", () => {
    const stop = { drainSeconds: 300, stopSeconds: 600, killSeconds: 1 };
    const [finding] = cluster(stop).findings.filter(({ rule }) => rule === "terminate-notification");
    expect(finding).to.include({ seen: "15" });
    expect(finding!.fix).to.contain("Shorten service.stop");
    expect(rules({ ...stop, drainSeconds: 299 })).to.deep.equal([]);
  });
});

describe("machines that are replaced instead of changed", () => {
  const surging = (changes: Changes) => resolveCluster(clusterArguments(changes));
  const found = (changes: Changes) => surging(changes).findings.map(({ rule, path }) => `${rule} ${path}`);
  const upgrade = { maxSurge: true };

  it("may all have to be active, and all are while they are replaced", () => {
    const machines = { minimumActive: 3, upgrade };
    expect(found({ machines: { minimumActive: 3 } })).to.deep.equal(["minimum-active machines.minimumActive"]);
    expect(found({ machines })).to.deep.equal([]);
    expect(found({ machines: { ...machines, minimumActive: 4 } })).to.deep.equal([
      "minimum-active machines.minimumActive",
    ]);
    const autoscale = { minimum: 3, maximum: 6 };
    expect(found({ machines: { ...machines, autoscale } })).to.deep.equal([]);
    expect(
      found({ machines: { minimumActive: 2, upgrade, count: 3, autoscale: { minimum: 1, maximum: 6 } } }),
    ).to.include("autoscale-minimum machines.autoscale.minimum");
  });

  it("are told in the facts and in the prediction, with the time that a new machine takes", () => {
    const { spec } = surging({ machines: { minimumActive: 3, upgrade } });
    expect(clusterFacts(spec!).upgrade).to.include({ maxSurge: true, leastInService: 3 });
    const { rollingUpdate } = predictCluster(spec!);
    expect(rollingUpdate).to.deep.include({ leastInService: 3, typicalSeconds: 3 * (400 + 20 + 4 + 15) + 2 * 60 });
    expect(rollingUpdate.formula).to.match(/^batches 3 × \(new machine 400 s \+ drain 20 s/);
    const inPlace = surging({}).spec!;
    expect(predictCluster(inPlace).rollingUpdate.leastInService).to.equal(2);
  });

  it("need room for the new ones: in the subnet, in the scale set", () => {
    const network = { machinesSubnet: "10.20.0.0/25" };
    const shape = { count: 118, zones: ["1"] };
    // 118 machines, a front end and one or five new ones beside Azure's five: 125 fit into 128, 129 don't.
    expect(found({ network, machines: shape })).to.deep.equal([]);
    expect(found({ network, machines: { ...shape, upgrade } })).to.deep.equal(["subnet-size network.machinesSubnet"]);
    expect(found({ machines: { count: 953, upgrade } })).to.deep.equal([]);
    expect(found({ machines: { count: 954, upgrade } })).to.deep.equal(["max-surge machines.upgrade.maxSurge"]);
    const autoscale = { minimum: 3, maximum: 954 };
    expect(found({ machines: { upgrade, autoscale } })).to.include("max-surge machines.upgrade.maxSurge");
  });

  it("need the notice that they go, in which they drain", () => {
    expect(found({ machines: { upgrade, terminateNotification: { enabled: false } } })).to.deep.equal([
      "max-surge machines.upgrade.maxSurge",
    ]);
  });

  it("are those of a scale set only", () => {
    expect(surging({ compute: "machines", machines: { upgrade } }).findings).to.have.lengthOf(1);
  });
});

describe("time-outs of machines", () => {
  it("are three hours for an update that a few machines are through with in less", () => {
    expect(scaleSetTimeouts(machines({}), 300)).to.deep.equal({ create: "2h", update: "3h", delete: "1h" });
  });

  it("cover a rollout over many machines, one batch after the other, and an hour", () => {
    // 39 batches of one machine: 39 × (300 + 15) s + 38 × 60 s = 14,565 s, and 3,600 s.
    expect(scaleSetTimeouts(machines({ count: 39 }), 300).update).to.equal("6h");
    // With forty machines in one zone a batch is two.
    expect(scaleSetTimeouts(machines({ count: 40, zones: ["1"] }), 300).update).to.equal("4h");
  });

  it("cover as many machines as autoscale may make", () => {
    const autoscale = { minimum: 3, maximum: 39, schedules: [] } as unknown as MachinesSpec["autoscale"];
    expect(scaleSetTimeouts(machines({ autoscale }), 300).update).to.equal("6h");
  });

  it("are what is given, and the rest stays", () => {
    const customTimeouts = { update: "10h", create: undefined };
    expect(scaleSetTimeouts(machines({ customTimeouts }), 300)).to.deep.equal({
      create: "2h",
      update: "10h",
      delete: "1h",
    });
    expect(singleMachineTimeouts({ customTimeouts: { delete: "2h" } })).to.deep.equal({
      machine: { create: "1h", update: "1h", delete: "2h" },
      extension: { create: "2h", update: "2h", delete: "2h" },
    });
  });
});
