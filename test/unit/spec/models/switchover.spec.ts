import { expect } from "chai";
import fc from "fast-check";
import { predictSwitchover, type SwitchoverInput, type SwitchoverPrediction } from "@windows-ha/spec";
import { evaluate } from "./formula";

function input(changes: Partial<SwitchoverInput> = {}): SwitchoverInput {
  const probe = { intervalSeconds: 5, threshold: 2 };
  return { probe, machines: 3, zones: 3, drainSeconds: 20, clientTimeoutSeconds: 0, ...changes };
}

function row(fault: string, changes?: Partial<SwitchoverInput>): SwitchoverPrediction {
  const found = predictSwitchover(input(changes)).find((prediction) => prediction.fault === fault);
  if (found === undefined) throw new Error(`no row ${fault}`);
  return found;
}

const probed = (intervalSeconds: number, threshold: number): Partial<SwitchoverInput> => ({
  probe: { intervalSeconds, threshold },
});

const inputs: fc.Arbitrary<SwitchoverInput> = fc.record({
  probe: fc.record({ intervalSeconds: fc.integer({ min: 5, max: 120 }), threshold: fc.integer({ min: 1, max: 20 }) }),
  machines: fc.integer({ min: 1, max: 100 }),
  zones: fc.integer({ min: 1, max: 3 }),
  drainSeconds: fc.integer({ min: 0, max: 300 }),
  restartDelaySeconds: fc.integer({ min: 0, max: 60 }),
  serviceStartSeconds: fc.integer({ min: 0, max: 60 }),
  clientTimeoutSeconds: fc.integer({ min: 0, max: 30 }),
});

describe("predictSwitchover", () => {
  // Interval and threshold of the probe, fault, typical and worst seconds: the published arithmetic of Azure's probes.
  const KNOWN: [number, number, string, number, number][] = [
    [5, 1, "process-gone", 2.5, 5],
    [5, 2, "process-gone", 7.5, 10],
    [5, 3, "process-gone", 12.5, 15],
    [5, 1, "machine-off", 7.5, 10],
    [5, 2, "machine-off", 12.5, 15],
    [5, 3, "machine-frozen", 17.5, 20],
    [15, 2, "machine-cut-off", 37.5, 45],
    [60, 2, "machine-off", 120, 150],
  ];
  for (const [interval, threshold, fault, typicalSeconds, worstSeconds] of KNOWN) {
    it(`${fault}: ${typicalSeconds} s, at worst ${worstSeconds} s, for ${threshold} probes of ${interval} s`, () => {
      expect(row(fault, probed(interval, threshold))).to.deep.include({ typicalSeconds, worstSeconds });
    });
  }

  it("counts what the client waits, for a fault that answers nothing only", () => {
    const patient = { clientTimeoutSeconds: 2 };
    expect(row("machine-frozen", patient).worstSeconds).to.equal(17);
    expect(row("process-gone", patient).worstSeconds).to.equal(10);
  });

  const RESTARTS: [string, Partial<SwitchoverInput>, number, number][] = [
    ["comes back before the balancer gave it up", {}, 6, 6],
    ["comes back just in time for half of the moments", { serviceStartSeconds: 2.5 }, 7.5, 7.5],
    ["starts too slowly", { serviceStartSeconds: 30 }, 7.5, 10],
    ["is given up by the first probe", probed(5, 1), 2.5, 5],
  ];
  for (const [title, changes, typicalSeconds, worstSeconds] of RESTARTS) {
    it(`process-killed: ${typicalSeconds} s, at worst ${worstSeconds} s, when the process ${title}`, () => {
      expect(row("process-killed", changes)).to.deep.include({ typicalSeconds, worstSeconds });
    });
  }

  it("agrees with what happens over all moments of a fault, probe by probe", () => {
    const steps = 2000;
    for (const [interval, threshold] of [
      [5, 2],
      [15, 3],
      [60, 1],
    ] as const) {
      const seen = Array.from({ length: steps }, (_, step) => {
        let probeBegins = ((step + 0.5) / steps) * interval;
        let failed = 0;
        for (;;) {
          failed += 1;
          if (failed === threshold) return probeBegins + Math.min(interval, 30);
          probeBegins += interval;
        }
      });
      const { typicalSeconds, worstSeconds } = row("machine-off", probed(interval, threshold));
      expect(seen[steps / 2]).to.be.closeTo(typicalSeconds!, 0.1);
      expect(seen.at(-1)).to.be.closeTo(worstSeconds!, 0.1);
    }
  });

  it("waits for the last of a zone's machines, whose probes come at moments of their own", () => {
    expect(row("zone-lost").typicalSeconds).to.equal(12.5);
    expect(row("zone-lost", { machines: 6 })).to.deep.include({ typicalSeconds: 13.55, worstSeconds: 15 });
    expect(row("zone-lost", { machines: 30 }).typicalSeconds).to.be.within(14.5, 15);
  });

  const DRAINS: [number, number, number][] = [
    [20, 0, 0],
    [10, 0, 0],
    [8, 0, 2],
    [0, 7.5, 10],
  ];
  for (const [drainSeconds, typicalSeconds, worstSeconds] of DRAINS) {
    it(`drained-stop: up to ${worstSeconds} s of refused connections after a drain of ${drainSeconds} s`, () => {
      expect(row("drained-stop", { drainSeconds })).to.deep.include({ typicalSeconds, worstSeconds });
    });
  }

  it("has no seconds, and misses the mark, where nothing is left to switch to", () => {
    const lone = predictSwitchover(input({ machines: 1, zones: 1 }));
    for (const { fault, typicalSeconds, worstSeconds, meetsMark, formula } of lone) {
      expect([typicalSeconds, worstSeconds, meetsMark], fault).to.deep.equal([undefined, undefined, false]);
      expect(formula).to.equal("1 − 1 machines: nothing is left to switch to");
    }
    expect(row("zone-lost", { zones: 1 }).formula).to.equal("3 − 3 machines: nothing is left to switch to");
    expect(row("machine-off", { zones: 1 }).meetsMark).to.be.true;
  });

  it("meets the mark up to 30 s and not above: Azure's own 15 s × 2 doesn't", () => {
    expect(row("machine-off", probed(5, 5)).worstSeconds).to.equal(30);
    expect(row("machine-off", probed(5, 5)).meetsMark).to.be.true;
    expect(row("machine-off", { ...probed(5, 5), clientTimeoutSeconds: 1 }).meetsMark).to.be.false;
    expect(row("machine-off", probed(15, 2)).meetsMark).to.be.false;
  });

  it("never says more for typical than for worst, and its formula comes to its numbers", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        for (const { typicalSeconds, worstSeconds, formula, source, title } of predictSwitchover(given)) {
          expect(source, title).not.to.equal("");
          if (typicalSeconds === undefined || worstSeconds === undefined) continue;
          expect(typicalSeconds).to.be.within(0, worstSeconds);
          const said = /^typical (.+) = (.+) s; worst (.+) = (.+) s$/.exec(formula)!;
          expect([Number(said[2]), Number(said[4])]).to.deep.equal([typicalSeconds, worstSeconds]);
          expect(evaluate(said[1]!), formula).to.be.closeTo(typicalSeconds, 0.01);
          expect(evaluate(said[3]!), formula).to.be.closeTo(worstSeconds, 0.01);
        }
      }),
    );
  });

  const GROWTH: [string, (given: SwitchoverInput) => SwitchoverInput][] = [
    [
      "interval",
      (given) => ({ ...given, probe: { ...given.probe, intervalSeconds: given.probe.intervalSeconds + 1 } }),
    ],
    ["threshold", (given) => ({ ...given, probe: { ...given.probe, threshold: given.probe.threshold + 1 } })],
    ["client's time-out", (given) => ({ ...given, clientTimeoutSeconds: given.clientTimeoutSeconds! + 1 })],
    ["start time", (given) => ({ ...given, serviceStartSeconds: given.serviceStartSeconds! + 1 })],
  ];
  for (const [name, grow] of GROWTH) {
    it(`never gets shorter with a longer ${name}`, () => {
      fc.assert(
        fc.property(inputs, (given) => {
          const after = predictSwitchover(grow(given));
          for (const [index, before] of predictSwitchover(given).entries()) {
            expect(after[index]!.typicalSeconds ?? 0).to.be.at.least(before.typicalSeconds ?? 0);
            expect(after[index]!.worstSeconds ?? 0).to.be.at.least(before.worstSeconds ?? 0);
          }
        }),
      );
    });
  }

  it("survives with more machines whatever it survived with fewer", () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 50 }), (given, more) => {
        const after = predictSwitchover({ ...given, machines: given.machines + more });
        for (const [index, before] of predictSwitchover(given).entries()) {
          if (before.worstSeconds === undefined) continue;
          expect(after[index]!.worstSeconds).to.equal(before.worstSeconds);
        }
      }),
    );
  });
});
