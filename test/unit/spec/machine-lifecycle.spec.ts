import { expect } from "chai";
import {
  MACHINES_FIELD,
  resolveCluster,
  scaleSetTimeouts,
  singleMachineTimeouts,
  withDefaults,
  type MachinesSpec,
} from "@windows-ha/spec";
import { clusterArguments } from "./arguments";

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
