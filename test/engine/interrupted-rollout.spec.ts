import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { RolloutStack } from "../support/rollout-stack";
import { eventually } from "../support/traffic";

for (const compute of ["scaleSet", "machines"] as const) {
  describe(`an interrupted rollout (${compute})`, function () {
    this.timeout(180_000);
    const stack = new RolloutStack({ compute, count: 2, drainSeconds: 1 });

    before(() => stack.begin());
    after(() => stack.remove());

    it("ends whole on a machine that loses its power in the middle of it, and the next `up` finishes", async () => {
      await stack.declare("1.1.0");
      const victim = await interruptedAt("health", async (machine) => {
        await stack.cli(["sandbox", "stop-machine", machine]);
      });
      await stack.cli(["sandbox", "start-machine", victim]);
      await eventually("an old or new version on all machines, and no open installation", 90, async () => {
        const versions = await stack.versions();
        return versions.every((version) => ["1.0.0", "1.1.0"].includes(version)) && stack.stepOf(victim) === undefined;
      });
      await stack.allAnswer();
      await stack.up();
      expect(await stack.versions()).to.deep.equal(["1.1.0", "1.1.0"]);
      await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    });

    it("is finished by the next `up` when `pulumi up` was killed", async () => {
      await stack.declare("1.2.0");
      await interruptedAt("health", (_machine, up) => void process.kill(-up, "SIGKILL"));
      await stack.up();
      expect(await stack.versions()).to.deep.equal(["1.2.0", "1.2.0"]);
      await stack.allAnswer();
      await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    });

    /** Begins `pulumi up`, and does something as soon as a machine's installation is at a step. */
    async function interruptedAt(
      step: string,
      interrupt: (machine: string, up: number) => Promise<void> | void,
    ): Promise<string> {
      const names = (await stack.machines()).map(({ name }) => name);
      const up = stack.startUp();
      const ended = once(up, "exit");
      let victim: string | undefined;
      while (victim === undefined) {
        expect(up.exitCode, "`pulumi up` ended before its rollout was interrupted").to.equal(null);
        await sleep(20);
        victim = names.find((name) => stack.stepOf(name) === step);
      }
      await interrupt(victim, up.pid!);
      const [code] = (await ended) as [number | null];
      expect(code).not.to.equal(0);
      return victim;
    }
  });
}
