import { expect } from "chai";
import {
  consulLeaderCheckId,
  consulServiceDocument,
  predictLeaderTakeover,
  type LeaderTakeover,
} from "@windows-ha/spec";
import type { ConsulAgent } from "../support/consul-agent";
import { ConsulDatacenter } from "../support/consul-datacenter";
import { journalFaults, type JournalEntry } from "../support/journal-check";
import { OrdersProcess } from "../support/orders-process";
import { eventually } from "../support/traffic";

const MACHINES = ["web000001", "web000002", "web000003"];
/** A prediction holds on a computer with little else to do; the test looks every 200 ms. */
const MARGIN = 1.1;
const LOOK_SECONDS = 0.5;

const worstSeconds = (fault: LeaderTakeover["fault"]): number =>
  predictLeaderTakeover().find((one) => one.fault === fault)!.worstSeconds * MARGIN + LOOK_SECONDS;

/** Real servers, three clients and the real service beside each. */
describe("the leader of a service", function () {
  this.timeout(60_000);
  const datacenter = new ConsulDatacenter();
  const [server] = datacenter.servers as [ConsulAgent];
  const token = datacenter.management;
  const all: OrdersProcess[] = [];
  /** Every entry that was ever accepted, by its number. */
  const accepted = new Map<number, JournalEntry>();
  const lost: string[] = [];
  let reading: NodeJS.Timeout;

  before(async () => {
    await datacenter.start();
    await datacenter.seed();
    for (const name of MACHINES) {
      const client = datacenter.client(name);
      client.configure(
        "orders",
        consulServiceDocument({
          name: "orders",
          port: OrdersProcess.port,
          version: "1.4.2",
          healthAddress: client.address,
          leaderCheck: true,
        }),
      );
      client.start();
      const orders = new OrdersProcess(client, datacenter.folder, datacenter.tokens.orders.secretId, {
        ORDERS_LEADER_CHECK: consulLeaderCheckId("orders"),
        ORDERS_JOURNAL_INTERVAL: "100ms",
      });
      orders.start();
      all.push(orders);
    }
    reading = setInterval(() => void readJournal().catch(() => undefined), 500);
    await eventually("a leader that all know", 30, async () => new Set(await opinions()).size === 1);
  });

  after(async () => {
    clearInterval(reading);
    await Promise.all(all.map((orders) => orders.end()));
    await datacenter.remove();
  });

  async function readJournal(): Promise<void> {
    const entries = await server.ask<JournalEntry[]>("kv/leader/orders/journal?raw&consistent", { token });
    for (const entry of entries) {
      const before = accepted.get(entry.sequence);
      if (before && JSON.stringify(before) !== JSON.stringify(entry)) lost.push(JSON.stringify(before));
      accepted.set(entry.sequence, entry);
    }
  }

  /** Who leads, as each of them says. */
  async function opinions(among = all): Promise<string[]> {
    const states = await Promise.all(among.map((orders) => orders.leadership()));
    if (states.filter(({ leading }) => leading).length !== 1) throw new Error("no leader, or several");
    return states.map(({ leader = "" }) => leader);
  }

  async function leader(among = all): Promise<OrdersProcess> {
    const [name] = await opinions(among);
    return all.find((orders) => orders.name === name)!;
  }

  /** Seconds until one of the others leads. */
  const successor = (former: OrdersProcess, seconds: number): Promise<number> =>
    eventually(`another leader than ${former.name}`, seconds, async () => {
      const others = all.filter((orders) => orders !== former);
      return (await leader(others)) !== former;
    });

  /** All entries follow one another, and no token comes after a greater one or from two machines. */
  async function checkJournal(): Promise<void> {
    await readJournal();
    expect(accepted.size).to.be.above(0);
    expect(lost, "entries that were written over").to.deep.equal([]);
    expect(journalFaults([...accepted.values()])).to.deep.equal([]);
  }

  it("is one of them, and the others serve all the same", async () => {
    const holder = await server.ask<[{ Session: string; Value: string }]>("kv/leader/orders/lock", { token });
    expect(JSON.parse(Buffer.from(holder[0].Value, "base64").toString())).to.deep.equal({
      machine: (await leader()).name,
    });
    for (const orders of all) expect(await orders.status("/ready"), orders.name).to.equal(200);
  });

  it("hands over at once when it stops", async () => {
    const former = await leader();
    await former.end("SIGTERM");
    await successor(former, worstSeconds("leader-handover"));
    former.start();
    await eventually("the former one as a follower", 15, async () => new Set(await opinions()).size === 1);
    await checkJournal();
  });

  it("hands over at once when it drains, and doesn't come back while it does", async () => {
    const former = await leader();
    former.drain();
    await successor(former, worstSeconds("leader-handover"));
    expect(await former.leadership()).to.include({ leading: false, problem: "draining" });
    former.undrain();
    await eventually("all with one opinion", 15, async () => new Set(await opinions()).size === 1);
    await checkJournal();
  });

  it("has a successor within the predicted time when it is killed", async () => {
    const former = await leader();
    await former.end("SIGKILL");
    await successor(former, worstSeconds("leader-killed"));
    former.start();
    await eventually("the former one as a follower", 15, async () => new Set(await opinions()).size === 1);
    await checkJournal();
  });

  it("leaves nobody without a leader when it crashes and comes back between two checks", async () => {
    const former = await leader();
    await former.end("SIGKILL");
    former.start();
    await eventually("a leader", worstSeconds("leader-killed"), async () => (await leader()) !== undefined);
    await checkJournal();
  });

  it("has a successor within the predicted time when its machine is lost, and follows when that is back", async () => {
    const former = await leader();
    const agent = former.client.processId!;
    process.kill(agent, "SIGSTOP");
    former.signal("SIGSTOP");
    try {
      await successor(former, worstSeconds("leader-machine-lost"));
    } finally {
      process.kill(agent, "SIGCONT");
      former.signal("SIGCONT");
    }
    await eventually("the former one as a follower", 25, async () => new Set(await opinions()).size === 1);
    await checkJournal();
  });

  it("has a successor within the predicted time when it is frozen, and writes nothing more when it wakes up", async () => {
    const former = await leader();
    // It won't notice that it lost the lock: the fence alone stands between it and the journal.
    await former.end("SIGTERM");
    for (const other of all.filter((orders) => orders !== former)) other.drain();
    former.start({ ORDERS_FAULT: "stale-leader" });
    await eventually("the one that never notices as leader", 15, async () => (await former.leadership()).leading);
    for (const other of all.filter((orders) => orders !== former)) other.undrain();
    const { token: oldToken } = await former.leadership();
    await eventually("an entry of its own", 5, async () => (await former.leadership()).written > 0);

    former.signal("SIGSTOP");
    await successor(former, worstSeconds("leader-frozen"));
    await readJournal();
    const { sequence: reached } = [...accepted.values()].at(-1)!;
    expect(accepted.get(reached)!.token).to.be.above(oldToken!);

    former.signal("SIGCONT");
    await eventually("a refused write", 5, async () => (await former.leadership()).refused > 2);
    await eventually("its place as a follower", 15, async () => new Set(await opinions()).size === 1);
    await checkJournal();
    const late = [...accepted.values()].filter(({ sequence, token }) => sequence >= reached && token <= oldToken!);
    expect(late, "entries of the former leader after its successor's first").to.deep.equal([]);
  });
});
