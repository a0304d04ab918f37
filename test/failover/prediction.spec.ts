import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { DEFAULTS, predictSwitchover, type SwitchoverInput } from "@windows-ha/spec";
import type { ClusterPrediction } from "windows-ha";
import { measureOutage } from "../support/outage";
import { predictionFindings, type PredictedSeconds } from "../support/prediction-check";
import { SandboxStack } from "../support/sandbox-stack";
import { answeringMachines, eventually } from "../support/traffic";

interface StackState {
  deployment: { resources: { type: string; outputs: { prediction: ClusterPrediction } }[] };
}

const REPETITIONS = 5;
const CLIENT_TIMEOUT_SECONDS = 1;
const INTERVAL_SECONDS = DEFAULTS.loadBalancer.probeIntervalSeconds;
const DEFAULT_PROBE = { intervalSeconds: INTERVAL_SECONDS, threshold: DEFAULTS.loadBalancer.probeThreshold };

/** What is predicted for a fault, for the clients of this test. */
function predictedFor(fault: string, probe: SwitchoverInput["probe"] = DEFAULT_PROBE): PredictedSeconds {
  const rows = predictSwitchover({
    probe,
    machines: 3,
    zones: 3,
    drainSeconds: 1,
    clientTimeoutSeconds: CLIENT_TIMEOUT_SECONDS,
  });
  const { typicalSeconds, worstSeconds } = rows.find((row) => row.fault === fault)!;
  return { typicalSeconds: typicalSeconds!, worstSeconds: worstSeconds! };
}

describe("the prediction of a switchover", function () {
  this.timeout(300_000);
  const stack = new SandboxStack();
  const measured = { off: [] as number[], killed: [] as number[] };
  let url: string;

  before(async () => {
    await stack.create({ "stop.drainSeconds": "1" });
    await stack.up();
    url = await stack.output("url");
    await allAnswer();
  });

  after(() => stack.remove());

  async function allAnswer(): Promise<void> {
    await eventually("answers from three machines", 40, async () => (await answeringMachines(url, 30)).size === 3);
  }

  const outage = (fault: () => Promise<void>): Promise<number> =>
    measureOutage(`${url}/orders`, fault, { clientTimeoutSeconds: CLIENT_TIMEOUT_SECONDS, limitSeconds: 30 });

  it("is an output of the cluster, by the same formula", async () => {
    const state = JSON.parse(await stack.pulumi(["stack", "export", "--stack", "dev"])) as StackState;
    const cluster = state.deployment.resources.find(({ type }) => type === "windows-ha:index:WindowsHaCluster")!;
    const row = cluster.outputs.prediction.switchover.find(({ fault }) => fault === "machine-off")!;
    const more = DEFAULTS.prediction.clientTimeoutSeconds - CLIENT_TIMEOUT_SECONDS;
    const { typicalSeconds, worstSeconds } = predictedFor("machine-off");
    expect(row).to.include({ typicalSeconds: typicalSeconds + more, worstSeconds: worstSeconds + more });
  });

  it("can be measured: a machine that loses its power, and a process that is killed meanwhile elsewhere", async () => {
    const [victim, ...others] = (await stack.machines()).map(({ name }) => name);
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      // The machine was readmitted by a probe, so this wait spreads its losses evenly over the interval.
      await sleep(((repetition + 0.5) / REPETITIONS) * INTERVAL_SECONDS * 1000);
      measured.off.push(await outage(async () => void (await stack.cli(["sandbox", "stop-machine", victim!]))));
      await stack.cli(["sandbox", "start-machine", victim!]);
      measured.killed.push(await outage(async () => stack.killService(others[repetition % others.length]!)));
      await allAnswer();
    }
  });

  it("holds for a machine without power, and is no cushion", () => {
    expect(predictionFindings(measured.off, predictedFor("machine-off"))).to.deep.equal([]);
  });

  it("holds for a killed process, and is no cushion", () => {
    expect(predictionFindings(measured.killed, predictedFor("process-killed"))).to.deep.equal([]);
  });

  const WRONG: [string, SwitchoverInput["probe"], string][] = [
    ["a probe that fails once is exceeded", { ...DEFAULT_PROBE, threshold: 1 }, "exceeds"],
    ["Azure's 15 s × 2 is a cushion", { intervalSeconds: 15, threshold: 2 }, "cushion"],
  ];
  for (const [title, probe, word] of WRONG) {
    it(`would be found wrong by the same measurements: for ${title}`, () => {
      const findings = predictionFindings(measured.off, predictedFor("machine-off", probe));
      expect(findings).to.have.lengthOf(1);
      expect(findings[0]).to.include(word);
    });
  }
});
