import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import {
  failureActions,
  recoverSeries,
  RECOVERY_STRATEGIES,
  RECOVERY_TAILS,
  resolveCluster,
  type AgentRecovery,
  type AgentRecoveryAction,
  type RecoverySpec,
  type ServiceEnd,
} from "@windows-ha/spec";
import { clusterArguments } from "../arguments";

/** The agent's own tests hold its rule, in Go, against these answers. */
const VECTORS = join(__dirname, "../../../../packages/agent/internal/service/testdata/recovery.jsonl");

const restart = (delaySeconds: number): AgentRecoveryAction => ({ action: "restart", delaySeconds });
const NONE: AgentRecoveryAction = { action: "none", delaySeconds: 0 };

const policy = (recovery: Partial<RecoverySpec> = {}): RecoverySpec =>
  resolveCluster(clusterArguments({ service: { recovery } })).spec!.service.recovery;
const crashes = (...seconds: number[]): ServiceEnd[] => seconds.map((atSeconds) => ({ atSeconds }));

/** Policies that the checks let through. */
const policies = fc
  .record(
    {
      strategy: fc.constantFrom(...RECOVERY_STRATEGIES),
      delaySeconds: fc.integer({ min: 1, max: 3600 }),
      maximumRestarts: fc.integer({ min: 1, max: 20 }),
      tail: fc.constantFrom(...RECOVERY_TAILS),
      resetPeriodSeconds: fc.integer({ min: 1, max: 100_000 }),
      nonCrashFailures: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((recovery) => resolveCluster(clusterArguments({ service: { recovery } })).spec?.service.recovery)
  .filter((recovery) => recovery !== undefined);

/** A service that crashes at once, whenever it is started. */
function crashingAtOnce(recovery: AgentRecovery, most: number): AgentRecoveryAction[] {
  const ends: ServiceEnd[] = [{ atSeconds: 1000 }];
  for (;;) {
    const actions = recoverSeries(recovery, ends);
    const { action, delaySeconds } = actions.at(-1)!;
    if (action === "none" || ends.length === most) return actions as AgentRecoveryAction[];
    ends.push({ atSeconds: ends.at(-1)!.atSeconds + delaySeconds });
  }
}

describe("failureActions", () => {
  const ROWS: [string, Partial<RecoverySpec>, AgentRecoveryAction[]][] = [
    ["five restarts after 5 s each, then none, by default (S2-26, S2-27)", {}, [5, 5, 5, 5, 5].map(restart)],
    ["1, 2, 4, 8, 16 s with back-off (S2-29)", { strategy: "backoff" }, [1, 2, 4, 8, 16].map(restart)],
    ["no wait at once", { strategy: "immediate", maximumRestarts: 2 }, [0, 0].map(restart)],
    [
      "another first delay, doubled",
      { strategy: "backoff", delaySeconds: 3, maximumRestarts: 3 },
      [3, 6, 12].map(restart),
    ],
  ];
  for (const [title, recovery, restarts] of ROWS) {
    it(`says ${title}`, () => {
      expect(failureActions(policy(recovery)).actions).to.deep.equal([...restarts, NONE]);
      expect(failureActions(policy({ ...recovery, tail: "slow" })).actions).to.deep.equal([...restarts, restart(60)]);
    });
  }
});

describe("the service control manager's rule", () => {
  const usual = failureActions(policy());

  it("gives the Nth failure the Nth action, and repeats the last one", () => {
    const { actions } = failureActions(policy({ strategy: "backoff" }));
    const seen = recoverSeries({ ...usual, actions }, crashes(0, 1, 2, 3, 4, 5, 6, 7));
    expect(seen).to.deep.equal([1, 2, 4, 8, 16].map(restart).concat(NONE, NONE, NONE));
  });

  it("counts anew only after a period without any failure, however old the first one is", () => {
    const everyNineMinutes = crashes(...Array.from({ length: 7 }, (_, index) => 540 * index));
    expect(recoverSeries(usual, everyNineMinutes).slice(5)).to.deep.equal([NONE, NONE]);
    const everyTenMinutes = crashes(...Array.from({ length: 7 }, (_, index) => 600 * index));
    expect(recoverSeries(usual, everyTenMinutes)).to.deep.equal(Array(7).fill(restart(5)));
  });

  it("would stop a service for good after six crashes in a day with the usual reset period of a day", () => {
    const sixInADay = crashes(...Array.from({ length: 6 }, (_, index) => 3600 * 4 * index));
    expect(recoverSeries(failureActions(policy({ resetPeriodSeconds: 86_400 })), sixInADay).at(-1)).to.deep.equal(NONE);
    expect(recoverSeries(usual, sixInADay).at(-1)).to.deep.equal(restart(5));
  });

  it("takes an exit code for a failure only where it is declared so, and 0 never", () => {
    const ends = [0, 3, undefined].map((exitCode, atSeconds) => ({
      atSeconds,
      ...(exitCode === undefined ? {} : { exitCode }),
    }));
    expect(recoverSeries(usual, ends)).to.deep.equal([undefined, restart(5), restart(5)]);
    expect(recoverSeries({ ...usual, nonCrashFailures: false }, ends)).to.deep.equal([
      undefined,
      undefined,
      restart(5),
    ]);
  });

  it("gives up a service that crashes at once after exactly the declared restarts, whatever the policy", () => {
    fc.assert(
      fc.property(policies, (recovery) => {
        const actions = crashingAtOnce(failureActions({ ...recovery, tail: "none" }), 100);
        expect(actions).to.have.length(recovery.maximumRestarts + 1);
        expect(actions.at(-1)).to.deep.equal(NONE);
      }),
    );
  });

  it("never gives up with a slow tail, and then restarts every minute", () => {
    fc.assert(
      fc.property(policies, (recovery) => {
        fc.pre(recovery.tail === "slow");
        const actions = crashingAtOnce(failureActions(recovery), recovery.maximumRestarts + 10);
        expect(actions.slice(recovery.maximumRestarts)).to.deep.equal(Array(10).fill(restart(60)));
      }),
    );
  });

  it("restarts for ever a service that fails less often than the reset period", () => {
    fc.assert(
      fc.property(policies, fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 30 }), (recovery, more) => {
        const declared = failureActions(recovery);
        let atSeconds = 0;
        const ends = more.map((extra) => ({ atSeconds: (atSeconds += recovery.resetPeriodSeconds + extra) }));
        expect(recoverSeries(declared, ends)).to.deep.equal(ends.map(() => declared.actions[0]));
      }),
    );
  });

  it("is the one that the agent has", () => {
    const text = vectors()
      .map((vector) => `${JSON.stringify(vector)}\n`)
      .join("");
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(VECTORS, text);
    expect(readFileSync(VECTORS, "utf8"), "changed; if it is meant, run with UPDATE_GOLDEN=1").to.equal(text);
  });
});

function vectors(): object[] {
  const cases: [string, AgentRecovery, ServiceEnd[]][] = [
    ["the defaults", failureActions(policy()), crashes(1, 2, 3, 4, 5, 6, 7)],
    ["back-off", failureActions(policy({ strategy: "backoff" })), crashes(1, 2, 4, 8, 16, 32, 64)],
    ["slow tail", failureActions(policy({ strategy: "immediate", tail: "slow" })), crashes(1, 1, 1, 1, 1, 1, 61, 121)],
    ["just within the reset period", failureActions(policy({ maximumRestarts: 1 })), crashes(1, 600.9, 1200.8)],
    ["at the reset period", failureActions(policy({ maximumRestarts: 1 })), crashes(1, 601, 1201)],
    [
      "exit code 0 between failures",
      failureActions(policy({ maximumRestarts: 1 })),
      [{ atSeconds: 1 }, { atSeconds: 2, exitCode: 0 }, { atSeconds: 3 }],
    ],
  ];
  const random = fc.sample(
    fc.tuple(
      policies.map(failureActions),
      fc.array(fc.record({ wait: fc.integer({ min: 0, max: 2000 }), exitCode: fc.constantFrom(undefined, 0, 1, 3) }), {
        minLength: 1,
        maxLength: 12,
      }),
    ),
    { seed: 20, numRuns: 40 },
  );
  const drawn = random.map(([recovery, ends], index): [string, AgentRecovery, ServiceEnd[]] => {
    let atSeconds = 0;
    return [
      `drawn ${index + 1}`,
      recovery,
      ends.map(({ wait, exitCode }) => ({
        atSeconds: (atSeconds += wait),
        ...(exitCode === undefined ? {} : { exitCode }),
      })),
    ];
  });
  return [...cases, ...drawn].map(([name, recovery, ends]) => ({
    name,
    recovery,
    ends,
    actions: recoverSeries(recovery, ends).map((action) => action ?? null),
  }));
}
