import { expect } from "chai";
import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { failureOf, get, until } from "./asking";
import { FRONT_END_PORT, TestCluster } from "./cluster";

describe("sandbox load balancer", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let address: string;
  beforeEach(async () => {
    cluster = await TestCluster.start();
    address = cluster.putBalancer();
    await cluster.plane.settled();
  });
  afterEach(() => cluster.end());

  const ask = (options?: Parameters<typeof get>[2]) => get(address, FRONT_END_PORT, options);
  const backEnd = (machine: string) => cluster.plane.frontEnds()[0]!.backEnds.find((one) => one.machine === machine)!;
  const allUp = () => until("all back ends are up", () => cluster.upCount() === cluster.names().length);

  it("refuses flows by a reset while no machine is up", async () => {
    const failure = await failureOf(ask());
    expect(failure.code).to.equal("ECONNRESET");
    expect(cluster.log.join("\n")).to.contain("refuses flows: none of its 0 back ends is up");
  });

  it("spreads new flows over all machines, and keeps the client's address", async () => {
    await cluster.put();
    await allUp();
    const counts: Record<string, number> = {};
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => ask({ localAddress: `127.${cluster.settings.block}.0.9` })),
      );
      for (const { machine, client } of answers) {
        counts[machine!] = (counts[machine!] ?? 0) + 1;
        expect(client).to.equal(`127.${cluster.settings.block}.0.9`);
      }
    }
    expect(Object.keys(counts).sort()).to.deep.equal(cluster.names().sort());
    // 300 flows over three: the least of three binomial counts stays above 65 with a probability beyond 0.9999.
    for (const count of Object.values(counts)) expect(count).to.be.within(65, 135);
  });

  it("keeps a source on one machine with SourceIP, and moves only the flows of the machine that left", async () => {
    address = cluster.putBalancer({ rule: { loadDistribution: "SourceIP" } });
    await cluster.put();
    await allUp();
    const sources = Array.from({ length: 12 }, (_, index) => `127.${cluster.settings.block}.0.${index + 10}`);
    const placed = async () => {
      const answers = await Promise.all(sources.map((localAddress) => ask({ localAddress })));
      return answers.map(({ machine }) => machine!);
    };
    const before = await placed();
    expect(await placed()).to.deep.equal(before);
    expect(new Set(before).size).to.be.greaterThan(1);
    const gone = before[0]!;
    cluster.mark(gone, "not-ready");
    await until("it is ejected", () => backEnd(gone).state === "down");
    const after = await placed();
    for (const [index, machine] of before.entries()) {
      if (machine !== gone) expect(after[index]).to.equal(machine);
      else expect(after[index]).not.to.equal(gone);
    }
  });

  for (const { fault, intervals, cause } of [
    { fault: "answers other than 200", intervals: 2, cause: (name: string) => cluster.mark(name, "not-ready") },
    { fault: "answers nothing", intervals: 3, cause: (name: string) => cluster.mark(name, "frozen") },
    { fault: "has no power", intervals: 3, cause: (name: string) => void cluster.plane.stopMachine(name) },
  ]) {
    it(`ejects a machine that ${fault} within ${intervals} intervals, the threshold being 2; the others serve`, async () => {
      const intervalInSeconds = 0.3;
      cluster.putBalancer({ intervalInSeconds });
      await cluster.put();
      await allUp();
      const [sick] = cluster.names();
      cause(sick!);
      const took = await until("it is ejected", () => backEnd(sick!).state === "down");
      expect(took).to.be.lessThan(intervals * intervalInSeconds * 1000 + 100);
      expect(took).to.be.greaterThan((2 - 1) * intervalInSeconds * 1000 - 50);
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
      expect(answers.map(({ machine }) => machine)).not.to.include(sick);
    });
  }

  it("takes a machine back after as many successes as it took failures", async () => {
    cluster.putBalancer({ intervalInSeconds: 0.2, probeThreshold: 3 });
    await cluster.put({ capacity: 1 });
    await allUp();
    const [name] = cluster.names();
    cluster.mark(name!, "not-ready");
    await until("it is ejected", () => backEnd(name!).state === "down");
    cluster.mark(name!, "not-ready", false);
    const took = await until("it is back", () => backEnd(name!).state === "up");
    expect(took).to.be.within(2 * 200 - 50, 3 * 200 + 150);
  });

  it("holds a machine that was booted for unknown until its first success", async () => {
    await cluster.put({ capacity: 1 });
    await allUp();
    const [name] = cluster.names();
    cluster.mark(name!, "not-ready");
    await cluster.plane.stopMachine(name!);
    await cluster.plane.startMachine(name!);
    expect(backEnd(name!).state).not.to.equal("up");
    await sleep(300);
    expect(backEnd(name!).state).to.equal("down");
    cluster.mark(name!, "not-ready", false);
    await until("it is up", () => backEnd(name!).state === "up", 250);
  });

  it("doesn't retry: a flow to a machine that refuses it is reset", async () => {
    cluster.putBalancer({ probe: { protocol: "Tcp", port: 22 }, rule: { probe: undefined } });
    await cluster.put({ capacity: 1, extensions: [] });
    expect((await failureOf(ask())).code).to.equal("ECONNRESET");
  });

  it("leaves a flow to a machine without power unanswered until the probe notices", async () => {
    cluster.putBalancer({ intervalInSeconds: 1 });
    await cluster.put({ capacity: 1 });
    await allUp();
    await cluster.plane.stopMachine(cluster.names()[0]!);
    expect((await failureOf(ask({ timeoutMs: 300 }))).name).to.equal("AbortError");
  });

  it("reports a front end that can't listen, and listens when the port is free", async () => {
    const other = cluster.plane.allocateAddress("other");
    const taken = createServer().listen(FRONT_END_PORT, other);
    await once(taken, "listening");
    try {
      const balancer = cluster.store.list("azure-native:network:LoadBalancer")[0]!;
      cluster.store.put({
        ...balancer,
        outputs: { frontendIPConfigurations: [{ name: "clients", privateIPAddress: other }] },
      });
      await cluster.plane.settled();
      expect(cluster.plane.frontEnds()[0]!.error).to.contain(`${other}:${FRONT_END_PORT} is taken by another program`);
      expect(cluster.log.join("\n")).to.contain("lb/http can't listen");
      expect((await failureOf(ask())).code).to.equal("ECONNREFUSED");
    } finally {
      taken.close();
      await once(taken, "close");
    }
    cluster.store.put(cluster.store.list("azure-native:network:LoadBalancer")[0]!);
    await cluster.plane.settled();
    expect(cluster.plane.frontEnds()[0]).not.to.have.property("error");
  });

  it("refuses by name what it can't do", async () => {
    cluster.putBalancer({ probe: { protocol: "Udp" } });
    await cluster.plane.settled();
    expect(cluster.plane.frontEnds()[0]!.error).to.contain("probe protocol Udp");
    expect(cluster.plane.preflight(cluster.scaleSet()).join("\n")).to.contain("probe protocol Udp");
    cluster.putBalancer({ rule: { protocol: "Udp" } });
    await cluster.plane.settled();
    expect(cluster.plane.frontEnds()[0]!.error).to.contain("protocol Udp on port 8000");
  });

  it("stops listening when the balancer is deleted", async () => {
    cluster.store.delete(cluster.store.list("azure-native:network:LoadBalancer")[0]!.id);
    await cluster.plane.settled();
    expect(cluster.plane.frontEnds()).to.deep.equal([]);
    expect((await failureOf(ask())).code).to.equal("ECONNREFUSED");
  });

  describe("with a plain TCP service", () => {
    let service: Server;
    let served: Socket[];
    let onConnection: (socket: Socket) => void;
    let close: () => Promise<void>;

    /** A machine without extensions, and a server at its address that the test holds in its hands. */
    beforeEach(async () => {
      cluster.putBalancer({ probe: { protocol: "Tcp" } });
      await cluster.put({ capacity: 1, extensions: [] });
      served = [];
      onConnection = () => undefined;
      service = createServer({ allowHalfOpen: true }, (socket) => {
        served.push(socket);
        socket.on("error", () => undefined);
        onConnection(socket);
      });
      service.listen(8080, cluster.plane.machines()[0]!.address);
      await once(service, "listening");
      close = async () => {
        service.close();
        for (const socket of served) socket.destroy();
      };
      await allUp();
    });
    afterEach(() => close());

    const open = async () => {
      const client = connect({ host: address, port: FRONT_END_PORT, allowHalfOpen: true });
      client.on("error", () => undefined);
      await once(client, "connect");
      return client;
    };

    it("keeps a half-closed flow open in the other direction, both ways", async () => {
      onConnection = (socket) => {
        let received = "";
        socket.on("data", (data) => (received += data.toString()));
        socket.on("end", () => setTimeout(() => socket.end(`got ${received}`), 50));
      };
      const client = await open();
      client.end("question");
      expect((await once(client, "data")).toString()).to.equal("got question");
      client.destroy();

      let late = "";
      onConnection = (socket) => {
        socket.end("hello");
        socket.on("data", (data) => (late += data.toString()));
      };
      const other = await open();
      other.resume();
      await once(other, "end");
      other.end("x".repeat(300_000));
      await until("the machine got what came after its own end", () => late.length === 300_000);
    });

    it("carries a reset of either end to the other", async () => {
      onConnection = (socket) => socket.once("data", () => socket.resetAndDestroy());
      const client = await open();
      const refused = new Promise<NodeJS.ErrnoException>((resolve) => client.once("error", resolve));
      client.resume().write("x");
      expect((await refused).code).to.equal("ECONNRESET");

      onConnection = (socket) => socket.resume();
      const other = await open();
      other.write("x");
      // The probe's connections bring no bytes.
      await until("it is connected", () => served.some(({ destroyed, bytesRead }) => !destroyed && bytesRead === 1));
      const machineSide = served.find(({ destroyed, bytesRead }) => !destroyed && bytesRead === 1)!;
      const lost = new Promise<NodeJS.ErrnoException>((resolve) => machineSide.once("error", resolve));
      other.resetAndDestroy();
      expect((await lost).code).to.equal("ECONNRESET");
    });

    it("lets established flows live when the probe fails", async () => {
      onConnection = (socket) => socket.pipe(socket);
      const client = await open();
      client.write("hello");
      await once(client, "data");
      service.close();
      await until("it is ejected", () => cluster.upCount() === 0);
      client.write("still here");
      expect((await once(client, "data")).toString()).to.equal("still here");
      expect((await failureOf(ask())).code).to.equal("ECONNRESET");
      client.destroy();
    });

    it("resets an idle flow when the rule says so, and forgets it silently when not", async () => {
      onConnection = (socket) => socket.pipe(socket);
      const idleTimeoutInMinutes = 0.2 / 60;
      cluster.putBalancer({ probe: { protocol: "Tcp" }, rule: { idleTimeoutInMinutes, enableTcpReset: true } });
      await cluster.plane.settled();
      const loud = await open();
      const error = await new Promise<NodeJS.ErrnoException>((resolve) => loud.resume().once("error", resolve));
      expect(error.code).to.equal("ECONNRESET");

      cluster.putBalancer({ probe: { protocol: "Tcp" }, rule: { idleTimeoutInMinutes, enableTcpReset: false } });
      await cluster.plane.settled();
      const silent = await open();
      let told = false;
      silent.once("close", () => (told = true));
      await sleep(500);
      expect(told).to.equal(false);
      silent.write("anybody there?");
      await until("its next packet is answered by a reset", () => told);
    });

    it("carries 200 flows at once, byte for byte", async () => {
      onConnection = (socket) => socket.pipe(socket);
      const echo = async (index: number) => {
        const client = await open();
        const sent = Buffer.alloc(20_000 + index, index);
        const received: Buffer[] = [];
        client.on("data", (data) => received.push(data));
        client.end(sent);
        await once(client, "end");
        client.destroy();
        return Buffer.concat(received).equals(sent);
      };
      const results = await Promise.all(Array.from({ length: 200 }, (_, index) => echo(index)));
      expect(results.filter((equal) => equal)).to.have.length(200);
    });
  });
});
