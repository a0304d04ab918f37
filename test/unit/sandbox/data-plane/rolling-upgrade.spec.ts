import { expect } from "chai";
import { AzureError } from "../../../../packages/sandbox/src/azure/azure-error";
import {
  rollingUpgrade,
  type RollingUpgrade,
  type UpgradableMachine,
} from "../../../../packages/sandbox/src/machines/rolling-upgrade";
import type { MachineModel, UpgradePolicy } from "../../../../packages/sandbox/src/machines/scale-set-model";
import { failureOf } from "./asking";

const MODEL: MachineModel = { extensions: [], interfaces: [] };

class RecordedMachine implements UpgradableMachine {
  health: UpgradableMachine["health"] = "healthy";
  powered = true;
  record = { zone: "1" };
  /** What happens to it when it is upgraded. */
  onApply: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly steps: string[],
  ) {}

  apply(): Promise<void> {
    this.steps.push(this.name);
    return Promise.resolve().then(() => this.onApply());
  }

  freshHealth(): Promise<UpgradableMachine["health"]> {
    return Promise.resolve(this.health);
  }
}

describe("rolling upgrade", () => {
  let steps: string[];
  let machines: RecordedMachine[];
  beforeEach(() => {
    steps = [];
    machines = ["a", "b", "c", "d"].map((name) => new RecordedMachine(name, steps));
  });

  const upgrade = (policy: Partial<UpgradePolicy> = {}, options: Partial<RollingUpgrade<RecordedMachine>> = {}) =>
    rollingUpgrade({
      all: machines,
      outdated: machines,
      model: MODEL,
      policy: {
        mode: "Rolling",
        maxBatchInstancePercent: 25,
        maxUnhealthyInstancePercent: 25,
        maxUnhealthyUpgradedInstancePercent: 25,
        pauseBetweenBatchesSeconds: 0,
        enableCrossZoneUpgrade: false,
        prioritizeUnhealthyInstances: false,
        maxSurge: false,
        ...policy,
      },
      pauseScale: 1 / 60,
      signal: new AbortController().signal,
      log: () => undefined,
      ...options,
    });

  it("pauses between batches, not before the first or after the last, at the declared time's scale", async () => {
    const began = performance.now();
    await upgrade({ pauseBetweenBatchesSeconds: 6 });
    expect(steps).to.deep.equal(["a", "b", "c", "d"]);
    expect(performance.now() - began).to.be.within(3 * 100 - 5, 4 * 100 - 5);
  });

  it("ends in the middle of a pause with the sandbox", async () => {
    const ending = new AbortController();
    machines[0]!.onApply = () => setTimeout(() => ending.abort(), 20);
    const failure = await failureOf(upgrade({ pauseBetweenBatchesSeconds: 6000 }, { signal: ending.signal }));
    expect(failure.code).to.equal("OperationPreempted");
    expect(steps).to.deep.equal(["a"]);
  });

  it("doesn't begin while too many machines are unhealthy", async () => {
    machines[2]!.health = "unknown";
    machines[3]!.powered = false;
    machines[3]!.health = "unknown";
    const failure = await failureOf(upgrade());
    expect(failure.code).to.equal("MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade");
    expect(failure.message)
      .to.contain("50% of instances")
      .and.to.contain("threshold of 25%")
      .and.to.contain("c: unknown");
    expect(steps).to.deep.equal([]);
  });

  it("stops when machines that it didn't touch fall ill meanwhile", async () => {
    machines[1]!.onApply = () => {
      machines[2]!.health = "unhealthy";
      machines[3]!.health = "unhealthy";
    };
    expect((await failureOf(upgrade())).code).to.equal("MaxUnhealthyInstancePercentExceededInRollingUpgrade");
    expect(steps).to.deep.equal(["a", "b"]);
  });

  it("lets the other machines of a batch finish when one fails", async () => {
    machines[0]!.onApply = () => {
      throw new AzureError("VMExtensionProvisioningError", "no");
    };
    const failure = await failureOf(upgrade({ maxBatchInstancePercent: 50 }));
    expect(failure.code).to.equal("VMExtensionProvisioningError");
    expect(steps).to.deep.equal(["a", "b"]);
  });

  it("deletes a batch only when the machines in its place are healthy", async () => {
    const surge = {
      create: (batch: readonly RecordedMachine[]) => {
        const created = batch.map(({ name }) => new RecordedMachine(name.toUpperCase(), steps));
        if (created[0]!.name === "B") created[0]!.health = "unhealthy";
        machines.push(...created);
        return Promise.resolve(created);
      },
      remove: (batch: readonly RecordedMachine[]) => {
        for (const machine of batch) machines.splice(machines.indexOf(machine), 1);
        steps.push(...batch.map(({ name }) => `without ${name}`));
        return Promise.resolve();
      },
    };
    const failure = await failureOf(upgrade({}, { surge, outdated: [...machines] }));
    expect(failure.code).to.equal("MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade");
    expect(steps).to.deep.equal(["A", "without a", "B"]);
    expect(machines.map(({ name }) => name)).to.deep.equal(["b", "c", "d", "A", "B"]);
  });

  it("goes on past unhealthy machines that the policy allows", async () => {
    machines[3]!.onApply = () => (machines[3]!.health = "unhealthy");
    await upgrade();
    expect(steps).to.deep.equal(["a", "b", "c", "d"]);
  });
});
