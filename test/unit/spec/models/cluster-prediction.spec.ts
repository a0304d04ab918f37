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

const PUBLIC = { public: true, allowFrom: ["Internet"] };
const OUTBOUND = { ...PUBLIC, outbound: { addresses: 3 } };

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

  const SINGLE = { profile: "single", compute: "machines" };
  const PREMIUM = { osDiskType: "Premium_LRS" };
  const disk = (type: string): object => ({ dataDisks: [{ lun: 0, sizeGb: 8, type }] });
  const LEVELS: [string, Changes, number][] = [
    ["one machine with Premium disks", { ...SINGLE, machines: { ...PREMIUM, ...disk("Premium_LRS") } }, 99.89],
    ["one with a Standard disk among them", { ...SINGLE, machines: { ...PREMIUM, ...disk("StandardSSD_LRS") } }, 99.49],
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
    ["two balancers with two addresses", { loadBalancer: { ...PUBLIC, internal: true } }, "load balancer", 2],
    ["no NAT gateway where the balancer takes the machines out", { loadBalancer: OUTBOUND }, "NAT gateway", undefined],
    ["the addresses that they go out by", { loadBalancer: OUTBOUND }, "public address", 3],
    [
      "a rule for outbound flows beside the balanced ports",
      { loadBalancer: { ...OUTBOUND, ports: [1, 2, 3, 4, 5].map((port) => ({ name: `p${port}`, port })) } },
      "load-balancing rule beyond 5",
      2,
    ],
    [
      "one rule for all ports",
      { loadBalancer: { haPorts: true, ports: [1, 2, 3, 4, 5].map((port) => ({ name: `p${port}`, port })) } },
      "load-balancing rule beyond 5",
      undefined,
    ],
    [
      "disks of every machine",
      { machines: { dataDisks: [{ lun: 0, sizeGb: 64 }] } },
      "data disk Premium_LRS of 64 GB",
      3,
    ],
    ["the endpoints of private stores", { secretStore: { private: true } }, "private endpoint", 1],
    ["one balancer, whatever it opens", { loadBalancer: { ports: [{ name: "a", port: 81 }] } }, "load balancer", 1],
  ];
  for (const [title, changes, counted, quantity] of PRICED) {
    it(`counts ${title}`, () => {
      const { items } = predictCluster(specOf(changes)).monthlyCost;
      expect(items.find(({ item }) => item === counted)?.quantity).to.equal(quantity);
    });
  }

  it("says how the machines go out, and how many connections they can hold to one destination", () => {
    expect(predictCluster(specOf()).outbound).to.deep.equal({
      way: "natGateway",
      addresses: 1,
      ports: 64_512,
      formula: "addresses 1 × 64512 ports = 64512, for all machines on demand",
    });
    expect(predictCluster(specOf({ loadBalancer: OUTBOUND })).outbound).to.deep.equal({
      way: "loadBalancer",
      addresses: 3,
      ports: 47_992,
      formula: "(addresses 3 × 64000 ports − balancing rules 1 × 8) ÷ machines 4, in blocks of 8 = 47992",
    });
    const existing = specOf({ network: { existing: { machinesSubnetId: "/s" } } });
    expect(predictCluster(existing)).not.to.have.property("outbound");
  });

  it("says what subnet the machines need, with what comes beside them", () => {
    const { subnet } = predictCluster(
      specOf({ machines: { count: 40, upgrade: { maxSurge: true } }, secretStore: { private: true } }),
    );
    expect(subnet).to.deep.equal({
      needed: 44,
      usable: 59,
      prefixLength: 26,
      formula:
        "machines 40 + beside them 2 + growth 0 + front ends 1 + private endpoints 1 + Azure's own 5 = 49 ≤ 2^(32 − 26) = 64",
    });
  });

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
    expect(rollingOf()).to.include({ batches: 3, batchSize: 1, typicalSeconds: 3 * (20 + 4 + 10 + 15) + 2 * 60 });
  });

  it("doesn't let a batch span zones: 40 machines by twos are 14, 13 and 13", () => {
    expect(rollingOf({ machines: { count: 40 } })).to.include({ batchSize: 2, batches: 7 + 7 + 7 });
    expect(rollingOf({ machines: { count: 40, zones: ["1"] } })).to.include({ batchSize: 2, batches: 20 });
  });

  it("follows the service's own drain and gate", () => {
    const service = { stop: { drainSeconds: 60 }, installGate: { consecutiveSuccesses: 6, intervalSeconds: 3 } };
    expect(rollingOf({ service }).typicalSeconds).to.equal(3 * (60 + 15 + 10 + 15) + 2 * 60);
  });

  it("takes single machines one after the other, with nobody who waits in between", () => {
    expect(rollingOf({ compute: "machines", machines: { count: 5 } })).to.include({
      batches: 5,
      batchSize: 1,
      typicalSeconds: 5 * (20 + 4 + 10),
    });
  });

  it("follows the pause that is asked for", () => {
    const machines = { upgrade: { pauseSeconds: 10 } };
    expect(rollingOf({ machines }).typicalSeconds).to.equal(3 * (20 + 4 + 10 + 15) + 2 * 10);
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
