import { expect } from "chai";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SandboxStack, type Machine } from "../support/sandbox-stack";
import { answeringMachines, eventually, get } from "../support/traffic";

/** Longer than the balancer's two probes of 5 s. */
const DRAIN_SECONDS = 12;

describe("a scale set whose machines come and go under load", function () {
  this.timeout(300_000);
  const stack = new SandboxStack();
  let url: string;

  before(async () => {
    await stack.create({ "stop.drainSeconds": String(DRAIN_SECONDS), "machines.upgrade.pauseSeconds": "0" });
    rmSync(stack.profile);
    await stack.up();
    url = await stack.output("url");
    await eventually("answers from three machines", 30, async () => (await answeringMachines(url, 30)).size === 3);
  });
  after(() => stack.remove());

  it("tells a machine that it goes, which drains and approves, so that a scale-in loses no request", async () => {
    const before = await stack.machines();
    await stack.set("machines.count", "2");
    const readiness = new Map(before.map(({ name }) => [name, new Set<number>()]));
    const { failures, answers } = await underLoad(url, stack.up(), async () => {
      for (const { name, address } of before) {
        const status = await get(`http://${address}:8080/ready`, 2).then(
          (answer) => answer.status,
          () => 0,
        );
        readiness.get(name)!.add(status);
      }
    });
    expect(failures).to.deep.equal([]);
    expect(answers).to.be.greaterThan((DRAIN_SECONDS * 1000) / EVERY_MS);
    const after = names(await stack.machines());
    const [gone, ...others] = names(before).filter((name) => !after.includes(name));
    expect(others).to.deep.equal([]);
    for (const [name, statuses] of readiness) {
      if (name === gone) expect([...statuses]).to.include.members([200, 503]);
      else expect([...statuses], name).to.deep.equal([200]);
    }
    expect(daemonLog()).to.contain(`${gone}: the announcement is approved`);
  });

  it("replaces machines before the old ones go with maxSurge, and loses neither capacity nor a request", async () => {
    const before = names(await stack.machines());
    await stack.set("machines.minimumActive", "2");
    await stack.set("machines.upgrade.maxSurge", "true");
    await stack.set("logLevel", "debug");
    const seen: Machine[][] = [];
    const { failures } = await underLoad(url, stack.up(), async () => {
      seen.push(await stack.machines());
      await sleep(500);
    });
    expect(failures).to.deep.equal([]);
    const after = await stack.machines();
    expect(after.map(({ power, health }) => `${power} ${health}`)).to.deep.equal(Array(2).fill("running healthy"));
    expect(names(after).filter((name) => before.includes(name))).to.deep.equal([]);
    expect(Math.max(...seen.map(({ length }) => length))).to.equal(3);
    const inService = seen.map((machines) => machines.filter(({ health }) => health === "healthy").length);
    expect(Math.min(...inService)).to.equal(2);
    for (const name of before) expect(daemonLog()).to.contain(`${name}: the announcement is approved`);
    await eventually("answers from both", 30, async () => (await answeringMachines(url, 30)).size === 2);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  it("leaves the number to autoscale once there is one, and has somebody told when repairs are suspended", async () => {
    const before = names(await stack.machines());
    await stack.set("machines.count", "3");
    await stack.set("machines.autoscale.minimum", "2");
    await stack.set("machines.autoscale.maximum", "6");
    await stack.set("machines.repairs.actionGroupIds[0]", ACTION_GROUP);
    await stack.up();
    expect(names(await stack.machines())).to.deep.equal(before);
    const types = (await stack.resources()).map(({ type }) => type);
    expect(types).to.include.members([
      "azure-native:monitor:AutoscaleSetting",
      "azure-native:monitor:ActivityLogAlert",
    ]);
    await stack.pulumi(["preview", "--expect-no-changes", "--stack", "dev"]);
  });

  const daemonLog = (): string => readFileSync(join(stack.sandbox, "daemon.log"), "utf8");
});

const EVERY_MS = 50;
const ACTION_GROUP =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/ops/providers/Microsoft.Insights/actionGroups/on-call";

/** Asks on new connections until the work is over, and looks meanwhile as often as it can. */
async function underLoad(
  url: string,
  work: Promise<unknown>,
  look: () => Promise<void>,
): Promise<{ answers: number; failures: string[] }> {
  const failures: string[] = [];
  const asked: Promise<void>[] = [];
  const timer = setInterval(() => {
    const began = new Date().toISOString();
    const answer = get(`${url}/orders`, 5).then(({ status }) => {
      if (status !== 200) failures.push(`${began}: ${status}`);
    });
    asked.push(answer.catch((error: Error) => void failures.push(`${began}: ${error.message}`)));
  }, EVERY_MS);
  let over = false;
  const ended = work.finally(() => (over = true));
  // Awaited below; without a handler now, a failure while looking would end the process.
  ended.catch(() => undefined);
  try {
    while (!over) await look();
    await ended;
  } finally {
    clearInterval(timer);
    await Promise.all(asked);
  }
  return { answers: asked.length - failures.length, failures };
}

function names(machines: readonly Machine[]): string[] {
  return machines.map(({ name }) => name);
}
