import { expect } from "chai";
import fc from "fast-check";
import {
  DEFAULTS,
  predictConsulLeader,
  predictLeaderElection,
  predictLeaderTakeover,
  predictLostMachine,
  type LeaderElectionInput,
} from "@windows-ha/spec";
import { evaluate } from "./formula";

const LEADER: LeaderElectionInput = {
  checkIntervalSeconds: 2,
  checkTimeoutSeconds: 1,
  failures: 2,
  lockDelaySeconds: 2,
  acquireSeconds: 0,
};

describe("predictLeaderElection", () => {
  it("comes to 8 s for checks of 2 s with a time-out of 1 s, two failures and 2 s of lock-delay", () => {
    expect(predictLeaderElection(LEADER)).to.include({ typicalSeconds: 7, worstSeconds: 8 });
  });

  it("comes to 9 s with a second for the acquisition", () => {
    expect(predictLeaderElection({ ...LEADER, acquireSeconds: 1 }).worstSeconds).to.equal(9);
  });

  it("shows that Consul's own lock-delay of 15 s costs 13 s more", () => {
    expect(predictLeaderElection({ ...LEADER, lockDelaySeconds: 15 }).worstSeconds).to.equal(21);
  });

  it("has formulas that come to its numbers", () => {
    const seconds = fc.integer({ min: 0, max: 60 });
    const inputs = fc.record({
      checkIntervalSeconds: seconds,
      checkTimeoutSeconds: seconds,
      failures: fc.integer({ min: 1, max: 10 }),
      lockDelaySeconds: seconds,
      acquireSeconds: seconds,
    });
    fc.assert(
      fc.property(inputs, (given) => {
        const { typicalSeconds, worstSeconds, typicalFormula, worstFormula } = predictLeaderElection(given);
        expect(evaluate(typicalFormula)).to.equal(typicalSeconds);
        expect(evaluate(worstFormula)).to.equal(worstSeconds);
        expect(typicalSeconds).to.be.at.most(worstSeconds);
      }),
    );
  });
});

describe("predictConsulLeader", () => {
  it("brackets what was measured at multiplier 1: 1.4 to 2.6 s", () => {
    const { typicalSeconds, worstSeconds } = predictConsulLeader({ raftMultiplier: 1 });
    expect(typicalSeconds).to.be.within(1.4, 2.6);
    expect(worstSeconds).to.be.at.least(2.6);
  });

  it("grows with the multiplier, in the formula too", () => {
    const { typicalSeconds, worstSeconds, worstFormula } = predictConsulLeader({ raftMultiplier: 5 });
    expect([typicalSeconds, worstSeconds, evaluate(worstFormula)]).to.deep.equal([10, 15, 15]);
  });
});

describe("predictLostMachine", () => {
  it("brackets what was measured with six agents: 5.5 to 7.2 s, without the lock-delay", () => {
    const { typicalSeconds, worstSeconds } = predictLostMachine({ agents: 6 });
    expect([typicalSeconds, worstSeconds]).to.deep.equal([5.5, 8]);
  });

  it("grows with the number of digits of the agents' number only, and comes to its formula", () => {
    for (const agents of [1, 3, 10, 100, 1000]) {
      const { worstSeconds, worstFormula } = predictLostMachine({ agents });
      expect(worstSeconds, `${agents} agents`).to.equal(4 + 4 * Math.max(1, Math.log10(agents)));
      expect(evaluate(worstFormula)).to.equal(worstSeconds);
    }
  });
});

describe("predictLeaderTakeover", () => {
  it("comes to 9 s at worst for a frozen leader, less for a killed one, and hardly anything for one that leaves", () => {
    expect(predictLeaderTakeover().map(({ fault, worstSeconds }) => [fault, worstSeconds])).to.deep.equal([
      ["leader-handover", 1],
      ["leader-killed", 7],
      ["leader-frozen", 9],
      ["leader-machine-lost", 11],
    ]);
  });

  it("is the election's own arithmetic with the defaults", () => {
    const frozen = predictLeaderTakeover().find(({ fault }) => fault === "leader-frozen")!;
    expect(frozen).to.include({ worstSeconds: predictLeaderElection(DEFAULTS.leader).worstSeconds, typicalSeconds: 8 });
    expect(frozen.formula).to.equal(
      "typical (failures 2 − 0.5) × check's interval 2 s + failures 2 × check's time-out 1 s + lock-delay 2 s + acquisition 1 s = 8 s; " +
        "worst failures 2 × check's interval 2 s + failures 2 × check's time-out 1 s + lock-delay 2 s + acquisition 1 s = 9 s",
    );
  });
});
