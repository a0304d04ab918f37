import { expect } from "chai";
import fc from "fast-check";
import {
  clusterFacts,
  predictCluster,
  resolveCluster,
  type ClusterSpec,
  type RollingUpdatePrediction,
} from "@windows-ha/spec";
import { clusterArguments, type Changes } from "../arguments";
import { evaluate } from "./formula";

function specOf(changes: Changes = {}): ClusterSpec {
  const { spec, findings } = resolveCluster(clusterArguments(changes));
  expect(findings).to.deep.equal([]);
  return spec!;
}

const rollingOf = (changes?: Changes): RollingUpdatePrediction => predictCluster(specOf(changes)).rollingUpdate;

describe("predictCluster", () => {
  it("meets the mark for every fault with nothing but defaults", () => {
    const { switchover } = predictCluster(specOf());
    expect(switchover.map(({ fault, meetsMark }) => `${fault} ${meetsMark}`)).to.deep.equal([
      "process-killed true",
      "process-gone true",
      "machine-off true",
      "machine-frozen true",
      "machine-cut-off true",
      "zone-lost true",
      "drained-stop true",
    ]);
  });

  it("sees what the arguments change: the probe, the drain, the zones", () => {
    const { switchover } = predictCluster(
      specOf({
        service: { stop: { drainSeconds: 5 } },
        machines: { zones: ["2"] },
        loadBalancer: { probe: { intervalSeconds: 15 } },
      }),
    );
    const missed = switchover.filter(({ meetsMark }) => !meetsMark).map(({ fault }) => fault);
    expect(missed).to.deep.equal(["machine-off", "machine-frozen", "machine-cut-off", "zone-lost"]);
    expect(switchover.find(({ fault }) => fault === "drained-stop")!.worstSeconds).to.equal(25);
  });

  const LEVELS: [string, Changes, number][] = [
    ["zones", {}, 99.98],
    ["fault domains of one zone", { machines: { zones: ["1"] } }, 99.94],
    ["an availability set", { compute: "machines", machines: { availability: "availabilitySet" } }, 99.94],
  ];
  for (const [title, changes, percent] of LEVELS) {
    it(`promises ${percent} % for machines over ${title}`, () =>
      expect(predictCluster(specOf(changes)).sla).to.include({ percent }));
  }

  const PRICED: [string, Changes, string, number | undefined][] = [
    ["a NAT gateway's address", {}, "public address", 1],
    ["a public front end's too", { loadBalancer: { public: true, allowFrom: ["Internet"] } }, "public address", 2],
    [
      "no way out of an existing network",
      { network: { existing: { machinesSubnetId: "/s" } } },
      "NAT gateway",
      undefined,
    ],
    ["one balancer, whatever it opens", { loadBalancer: { ports: [{ name: "a", port: 81 }] } }, "load balancer", 1],
  ];
  for (const [title, changes, counted, quantity] of PRICED) {
    it(`counts ${title}`, () => {
      const { items } = predictCluster(specOf(changes)).monthlyCost;
      expect(items.find(({ item }) => item === counted)?.quantity).to.equal(quantity);
    });
  }

  it("doesn't know every size", () => {
    const { monthlyCost } = predictCluster(specOf({ machines: { size: "Standard_D48s_v5" } }));
    expect(monthlyCost.unknown).to.deep.equal(["machine Standard_D48s_v5 with Windows"]);
  });

  it("loses an availability set with its zone", () => {
    const { switchover } = predictCluster(
      specOf({ compute: "machines", machines: { availability: "availabilitySet" } }),
    );
    const lost = switchover.filter(({ worstSeconds }) => worstSeconds === undefined).map(({ fault }) => fault);
    expect(lost).to.deep.equal(["zone-lost"]);
  });

  it("puts the seconds, and only numbers, into the cluster's facts", () => {
    expect(clusterFacts(specOf()).predictedSeconds).to.deep.equal({
      "process-killed": { typical: 6, worst: 6 },
      "process-gone": { typical: 7.5, worst: 10 },
      "machine-off": { typical: 14.5, worst: 17 },
      "machine-frozen": { typical: 14.5, worst: 17 },
      "machine-cut-off": { typical: 14.5, worst: 17 },
      "zone-lost": { typical: 14.5, worst: 17 },
      "drained-stop": { typical: 0, worst: 0 },
    });
    expect(clusterFacts(specOf({ machines: { zones: ["1"] } })).predictedSeconds).not.to.have.property("zone-lost");
  });
});

describe("predictRollingUpdate", () => {
  it("takes the machines of the defaults one at a time", () => {
    expect(rollingOf()).to.include({ batches: 3, batchSize: 1, typicalSeconds: 3 * (20 + 4 + 15) + 2 * 60 });
  });

  it("doesn't let a batch span zones: 40 machines by twos are 14, 13 and 13", () => {
    expect(rollingOf({ machines: { count: 40 } })).to.include({ batchSize: 2, batches: 7 + 7 + 7 });
    expect(rollingOf({ machines: { count: 40, zones: ["1"] } })).to.include({ batchSize: 2, batches: 20 });
  });

  it("follows the service's own drain and gate", () => {
    const service = { stop: { drainSeconds: 60 }, installGate: { consecutiveSuccesses: 6, intervalSeconds: 3 } };
    expect(rollingOf({ service }).typicalSeconds).to.equal(3 * (60 + 15 + 15) + 2 * 60);
  });

  it("takes single machines one after the other, with nobody who waits in between", () => {
    expect(rollingOf({ compute: "machines", machines: { count: 5 } })).to.include({
      batches: 5,
      batchSize: 1,
      typicalSeconds: 5 * (20 + 4),
    });
  });

  it("follows the pause that is asked for", () => {
    const machines = { upgrade: { pauseSeconds: 10 } };
    expect(rollingOf({ machines }).typicalSeconds).to.equal(3 * (20 + 4 + 15) + 2 * 10);
  });

  it("updates every machine, and its formula comes to its number", () => {
    const machines = fc.record({
      count: fc.integer({ min: 2, max: 1000 }),
      zones: fc.constantFrom(["1"], ["1", "2"], ["1", "2", "3"]),
    });
    fc.assert(
      fc.property(machines, (given) => {
        const { batches, batchSize, typicalSeconds, formula } = rollingOf({
          machines: given,
          network: { machinesSubnet: "10.20.0.0/20" },
        });
        expect(batches * batchSize).to.be.within(given.count, given.count + given.zones.length * (batchSize - 1));
        expect(formula.endsWith(` = ${typicalSeconds} s`)).to.be.true;
        expect(evaluate(formula.slice(0, formula.lastIndexOf(" = ")))).to.equal(typicalSeconds);
      }),
    );
  });

  it("is not quicker with more machines of the same batch size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 38 }), (count) => {
        const seconds = (machines: number): number => rollingOf({ machines: { count: machines } }).typicalSeconds;
        expect(seconds(count + 1)).to.be.above(seconds(count));
      }),
    );
  });
});
