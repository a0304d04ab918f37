import { expect } from "chai";
import { SandboxStack, type Step } from "../support/sandbox-stack";
import { answeringMachines, eventually, get } from "../support/traffic";

describe("the reference stack in the sandbox", function () {
  this.timeout(300_000);
  const stack = new SandboxStack();
  let url: string;

  before(async () => {
    await stack.create({ "stop.drainSeconds": "1" });
  });

  after(() => stack.remove());

  it("comes up as three machines that answer through the load balancer", async () => {
    await stack.up();
    url = await stack.output("url");
    await eventually("answers from three machines", 30, async () => (await answeringMachines(url)).size === 3);
    const machines = await stack.machines();
    expect(machines.map(({ power, version }) => `${power} ${version}`)).to.deep.equal(Array(3).fill("running 1.4.2"));
  });

  it("has nothing to do when nothing changed, also after a refresh", async () => {
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("changes only the scale set for a changed setting of the service, and every machine gets it", async () => {
    const before = await startTimes(stack);
    await stack.set("logLevel", "debug");
    const preview = JSON.parse(await stack.pulumi(["preview", "--json", "--stack", "dev"])) as { steps: Step[] };
    const changes = preview.steps
      .filter((step) => step.op !== "same")
      .map((step) => `${step.op} ${step.urn.split("::").at(-1)}`);
    expect(changes).to.deep.equal(["update orders-machines"]);
    await stack.up();
    const after = await startTimes(stack);
    expect([...after.keys()].sort()).to.deep.equal([...before.keys()].sort());
    for (const [machine, started] of after)
      expect(started, `${machine} was restarted`).not.to.equal(before.get(machine));
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("takes a dead machine out within (threshold + 1) × interval, and takes it back when it returns", async () => {
    const [victim] = await stack.machines();
    await stack.cli(["sandbox", "stop-machine", victim!.name]);
    // Two probes of 5 s, one more for the one under way; a little for starting commands on a busy computer.
    await eventually("ejection", 15 + 2, async () => {
      for (let index = 0; index < 20; index++) await get(`${url}/orders`, 1);
      return true;
    });
    expect(await answeringMachines(url)).to.have.lengthOf(2);
    await stack.cli(["sandbox", "start-machine", victim!.name]);
    await eventually("readmission", 30, async () => (await answeringMachines(url, 30)).size === 3);
  });

  it("goes down without leaving a resource or a process", async () => {
    await stack.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "dev"]);
    const state = JSON.parse(await stack.pulumi(["stack", "export", "--stack", "dev"])) as {
      deployment: { resources?: unknown[] };
    };
    expect(state.deployment.resources ?? []).to.deep.equal([]);
    expect(await stack.machines()).to.deep.equal([]);
    await stack.cli(["sandbox", "down"]);
    expect(stack.processes()).to.deep.equal([]);
  });
});

/** When the service started on each machine, by its own metrics. */
async function startTimes(stack: SandboxStack): Promise<Map<string, string>> {
  const times = (await stack.machines()).map(async ({ name, address }): Promise<[string, string]> => {
    const { body } = await get(`http://${address}:8080/metrics`);
    return [name, /^process_start_time_seconds (\S+)$/m.exec(body)![1]!];
  });
  return new Map(await Promise.all(times));
}
