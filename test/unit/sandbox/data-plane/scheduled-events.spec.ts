import { expect } from "chai";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScheduledEvent } from "../../../../packages/sandbox/src/storage";
import { failureOf, get, until } from "./asking";
import { FRONT_END_PORT, TestCluster } from "./cluster";

const EVENTS = "/metadata/scheduledevents?api-version=2020-07-01";

interface Document {
  DocumentIncarnation: number;
  Events: ScheduledEvent[];
}

describe("the scheduled events of a machine", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => (cluster = await TestCluster.start()));
  afterEach(() => cluster.end());

  /** The address that the machine's own processes are given. */
  function metadata(machine: string): string {
    for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
      try {
        const environment = readFileSync(join("/proc", pid, "environ"), "utf8");
        if (!environment.includes(`WINDOWS_HA_ROOT=${cluster.root(machine)}\0`)) continue;
        return /WINDOWS_HA_METADATA_ADDRESS=([^\0]+)/.exec(environment)![1]!;
      } catch {
        continue;
      }
    }
    throw new Error(`${machine} doesn't run`);
  }

  const ask = (machine: string, path = EVENTS, init: RequestInit = {}) =>
    fetch(`${metadata(machine)}${path}`, {
      headers: { Metadata: "true" },
      ...init,
    });
  const events = async (machine: string) => (await (await ask(machine)).json()) as Document;
  const approve = (machine: string, id: string) =>
    ask(machine, EVENTS, {
      method: "POST",
      body: JSON.stringify({ StartRequests: [{ EventId: id }] }),
    });

  async function announced(machine: string, status = "Scheduled"): Promise<ScheduledEvent> {
    for (let tries = 0; tries < 500; tries++) {
      const event = (await events(machine)).Events.find(({ EventStatus }) => EventStatus === status);
      if (event) return event;
      await sleep(10);
    }
    throw new Error(`no event of ${machine} is ${status}`);
  }

  it("are none at first, and are given to those only that ask as a machine does", async () => {
    await cluster.put({ capacity: 1 });
    const [name] = cluster.names();
    expect(await events(name!)).to.deep.equal({
      DocumentIncarnation: 1,
      Events: [],
    });
    expect((await ask(name!, EVENTS, { headers: {} })).status).to.equal(400);
    expect((await ask(name!, "/metadata/scheduledevents")).status).to.equal(400);
    expect((await ask(name!, EVENTS, { method: "POST", body: "{}" })).status).to.equal(400);
    expect((await approve(name!, "unknown")).status).to.equal(400);
    const compute = await ask(name!, "/metadata/instance/compute?api-version=2021-02-01");
    expect(await compute.json()).to.include({ name });
  });

  it("announce a deletion, which begins when every machine that leaves has approved its own", async () => {
    await cluster.put({ terminateNotice: "PT5M" });
    const [first, second, third] = cluster.names();
    await Promise.all([second!, third!].map(events));
    const scaleIn = cluster.put({ terminateNotice: "PT5M", capacity: 1 });
    const [secondsEvent, thirdsEvent] = [await announced(second!), await announced(third!)];
    expect(secondsEvent).to.include({
      EventType: "Terminate",
      EventStatus: "Scheduled",
      ResourceType: "VirtualMachine",
    });
    expect(secondsEvent.Resources).to.deep.equal([second]);
    expect(new Date(secondsEvent.NotBefore).toUTCString()).to.equal(secondsEvent.NotBefore);
    expect((await events(first!)).Events).to.deep.equal([]);
    expect((await approve(second!, thirdsEvent.EventId)).status).to.equal(400);
    expect((await approve(second!, secondsEvent.EventId)).status).to.equal(200);
    expect((await announced(second!, "Started")).NotBefore).to.equal("");
    expect(cluster.names()).to.deep.equal([first, second, third]);
    await approve(third!, thirdsEvent.EventId);
    await scaleIn;
    expect(cluster.names()).to.deep.equal([first]);
  });

  it("end by themselves when their time has come", async () => {
    await cluster.put({ terminateNotice: "PT0.3S", capacity: 1 });
    const [name] = cluster.names();
    await events(name!);
    const began = performance.now();
    await cluster.plane.deleteMachines(cluster.scaleSet());
    expect(performance.now() - began).to.be.greaterThan(290);
    expect(cluster.log.join("\n")).to.contain("the announcement timed out");
  });

  it("hold up nothing when the machine never asked, isn't to be told, or has no power", async () => {
    await cluster.put({ terminateNotice: "PT5M", capacity: 3 });
    const [first, second] = cluster.names();
    await cluster.put({ terminateNotice: "PT5M", capacity: 2 });
    await events(second!);
    await cluster.plane.stopMachine(second!);
    await cluster.put({ terminateNotice: "PT5M", capacity: 1 });
    await events(first!);
    await cluster.put({ capacity: 1 });
    await cluster.plane.deleteMachines(cluster.scaleSet());
    expect(cluster.names()).to.deep.equal([]);
    expect(cluster.log.join("\n")).not.to.contain("announced");
  });

  it("don't hold up the sandbox's own end, which leaves the machines as they were", async () => {
    await cluster.put({ terminateNotice: "PT5M", capacity: 1 });
    const [name] = cluster.names();
    await events(name!);
    const deletion = failureOf(cluster.plane.deleteMachines(cluster.scaleSet()));
    await announced(name!);
    await cluster.restart();
    expect((await deletion).code).to.equal("OperationPreempted");
    expect(cluster.names()).to.deep.equal([name]);
    expect((await events(name!)).Events).to.deep.equal([]);
  });

  it("let a machine that listens leave the balancer before it goes, so that a scale-in loses no request", async () => {
    const address = cluster.putBalancer();
    const shape = { terminateNotice: "PT5M", environment: { DRAIN_MS: "1500" } };
    await cluster.put(shape);
    await until("three machines are up", () => cluster.upCount() === 3);
    const [first, second, third] = cluster.names();
    const began = performance.now();
    let over = false;
    const scaleIn = cluster.put({ ...shape, capacity: 2 }).finally(() => (over = true));
    const answers: { machine: string; afterMs: number }[] = [];
    while (!over) {
      const { machine } = await get(address, FRONT_END_PORT);
      answers.push({ machine: machine!, afterMs: performance.now() - began });
    }
    await scaleIn;
    expect(cluster.names()).to.deep.equal([first, second]);
    expect(cluster.log.join("\n")).to.contain(`${third}: the announcement is approved`);
    // Its probe fails twice, 100 ms apart; it is deleted after 1500 ms, without a single request then.
    const last = Math.max(...answers.filter(({ machine }) => machine === third).map(({ afterMs }) => afterMs));
    expect(last).to.be.lessThan(1200);
    expect(answers.filter(({ afterMs }) => afterMs > 1200)).to.not.be.empty;
  });
});
