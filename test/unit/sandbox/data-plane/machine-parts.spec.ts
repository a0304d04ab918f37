import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EndpointCount } from "../../../../packages/sandbox/src/load-balancer";
import { AddressBook } from "../../../../packages/sandbox/src/machines/address-book";
import { inProvisioningOrder } from "../../../../packages/sandbox/src/machines/extension-handlers";
import { HealthWatch, readHealthSettings } from "../../../../packages/sandbox/src/machines/health-extension";
import { instanceName } from "../../../../packages/sandbox/src/machines/instance-name";
import { isoSeconds } from "../../../../packages/sandbox/src/machines/iso-duration";
import { endLeftovers } from "../../../../packages/sandbox/src/machines/leftovers";
import { PlaneState } from "../../../../packages/sandbox/src/machines/plane-state";
import { upgradeBatches } from "../../../../packages/sandbox/src/machines/rolling-upgrade";
import type { Extension } from "../../../../packages/sandbox/src/machines/scale-set-model";
import { Turns } from "../../../../packages/sandbox/src/machines/turns";
import { until } from "./asking";

describe("loopback addresses", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "addresses-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const book = (block = 77) => new AddressBook(new PlaneState(join(folder, "data-plane.json"), block));

  it("belong to their owner for good", () => {
    const first = book();
    expect(first.allocate("a")).to.equal("127.77.1.1");
    expect(first.allocate("b")).to.equal("127.77.1.2");
    expect(first.allocate("a")).to.equal("127.77.1.1");
    expect(book().allocate("b")).to.equal("127.77.1.2");
  });

  it("are given again once they are free", () => {
    const first = book();
    first.allocate("a");
    first.allocate("b");
    first.release("a");
    first.release("nobody");
    expect(first.allocate("c")).to.equal("127.77.1.1");
  });

  it("never end in .0 or .255, and leave 127.<block>.0.x to the sandbox", () => {
    const first = book();
    const all = Array.from({ length: 600 }, (_, index) => first.allocate(`owner ${index}`));
    expect(new Set(all).size).to.equal(600);
    for (const address of all)
      expect(address)
        .to.match(/^127\.77\.[1-9]\d*\.\d+$/)
        .and.not.to.match(/\.(0|255)$/);
  }).timeout(10_000);

  it("move with the sandbox to another block", () => {
    book().allocate("a");
    expect(book(78).allocate("a")).to.equal("127.78.1.1");
  });
});

describe("instance names", () => {
  it("are the prefix and six base-36 characters, the same for the same instance", () => {
    expect(instanceName("orders", "/scale/Set", 0)).to.match(/^orders[0-9a-z]{6}$/);
    expect(instanceName("orders", "/scale/Set", 0)).to.equal(instanceName("orders", "/SCALE/set", 0));
  });

  it("differ for a thousand instances", () => {
    expect(new Set(Array.from({ length: 1000 }, (_, number) => instanceName("o", "/id", number))).size).to.equal(1000);
  });
});

describe("ISO 8601 durations", () => {
  for (const [text, seconds] of [
    ["PT60S", 60],
    ["PT1M30S", 90],
    ["PT1H", 3600],
    ["P1DT1S", 86_401],
    ["PT0S", 0],
    ["PT0.5S", 0.5],
  ] as const) {
    it(`${text} is ${seconds} s`, () => expect(isoSeconds(text)).to.equal(seconds));
  }
  for (const text of ["", "P", "PT", "60", "PT-1S"]) {
    it(`${JSON.stringify(text)} is none`, () => expect(() => isoSeconds(text)).to.throw("isn't an ISO 8601 duration"));
  }
});

describe("state of a probed endpoint", () => {
  const table: { title: string; threshold: number; results: string; state: string }[] = [
    { title: "is unknown before the first probe", threshold: 2, results: "", state: "unknown" },
    { title: "is up after the first success", threshold: 3, results: "+", state: "up" },
    { title: "is up after the first success, however long that took", threshold: 3, results: "------+", state: "up" },
    { title: "stays up below the threshold", threshold: 3, results: "+--", state: "up" },
    { title: "is down at the threshold", threshold: 3, results: "+---", state: "down" },
    { title: "counts failures in a row only", threshold: 3, results: "+--+--", state: "up" },
    { title: "comes back at the threshold", threshold: 2, results: "+--++", state: "up" },
    { title: "doesn't come back below it", threshold: 2, results: "+--+", state: "down" },
    { title: "ignores a probe that fails every second time", threshold: 2, results: "+-+-+-+-", state: "up" },
    { title: "is down at once where a failure counts at once", threshold: 3, results: "+!", state: "down" },
  ];
  for (const { title, threshold, results, state } of table) {
    it(title, () => {
      const count = new EndpointCount(threshold);
      for (const result of results) count.note(result === "+", result === "!");
      expect(count.state).to.equal(state);
    });
  }
});

describe("batches of a rolling upgrade", () => {
  const machine = (name: string, zone: string, health: "healthy" | "unknown" = "healthy") => ({
    name,
    record: { zone },
    health,
  });
  const policy = { maxBatchInstancePercent: 40, enableCrossZoneUpgrade: false, prioritizeUnhealthyInstances: true };
  const names = (batches: { name: string }[][]) => batches.map((batch) => batch.map(({ name }) => name).join(""));
  const five = [
    machine("a", "1"),
    machine("b", "2"),
    machine("c", "1"),
    machine("d", "2", "unknown"),
    machine("e", "1"),
  ];

  it("stay in one zone and below the percentage, unhealthy machines first", () => {
    expect(names(upgradeBatches(five, 5, policy))).to.deep.equal(["db", "ac", "e"]);
  });

  it("cross zones when the policy says so", () => {
    expect(names(upgradeBatches(five, 5, { ...policy, enableCrossZoneUpgrade: true }))).to.deep.equal([
      "da",
      "bc",
      "e",
    ]);
  });

  it("have at least one machine", () => {
    expect(
      names(upgradeBatches(five, 5, { ...policy, maxBatchInstancePercent: 5, prioritizeUnhealthyInstances: false })),
    ).to.deep.equal([..."acebd"]);
  });
});

describe("extensions", () => {
  const extension = (name: string, ...provisionAfterExtensions: string[]) =>
    ({ name, provisionAfterExtensions }) as Extension;
  const order = (...extensions: Extension[]) => inProvisioningOrder(extensions).map(({ name }) => name);

  it("run after those that they wait for, else as declared", () => {
    expect(order(extension("a", "c"), extension("b"), extension("c", "b"))).to.deep.equal(["b", "c", "a"]);
  });

  it("run each once, even when they wait for each other or for nobody", () => {
    expect(order(extension("a", "b"), extension("b", "a"), extension("c", "x")).sort()).to.deep.equal(["a", "b", "c"]);
  });
});

describe("health extension", () => {
  let server: Server;
  let answer: { status: number; body: string };
  let watch: HealthWatch | undefined;
  beforeEach(async () => {
    server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body)).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
  });
  afterEach(async () => {
    watch?.stop();
    server.close();
    server.closeAllConnections();
  });

  const state = async (typeHandlerVersion: string, status: number, body: string) => {
    answer = { status, body };
    const { port } = server.address() as { port: number };
    const settings = { protocol: "http", port, requestPath: "/health", intervalInSeconds: 0.02, numberOfProbes: 2 };
    watch = new HealthWatch(readHealthSettings({ typeHandlerVersion, settings }), "127.0.0.1");
    return watch.fresh(150, new AbortController().signal);
  };

  for (const [version, status, body, expected] of [
    ["2.0", 200, '{"ApplicationHealthState":"Healthy"}', "healthy"],
    ["2.0", 201, '{"ApplicationHealthState":"Healthy"}', "healthy"],
    ["2.0", 200, '{"ApplicationHealthState":"Unhealthy"}', "unhealthy"],
    ["2.0", 200, "OK", "unknown"],
    ["2.0", 200, "null", "unknown"],
    ["2.0", 503, '{"ApplicationHealthState":"Healthy"}', "unknown"],
    ["1.0", 200, "OK", "healthy"],
    ["1.0", 503, "", "unhealthy"],
  ] as const) {
    it(`${version} takes ${status} ${body || "without a body"} for ${expected}`, async () => {
      expect(await state(version, status, body)).to.equal(expected);
    });
  }
});

describe("processes that a killed sandbox left", () => {
  it("are ended when their machine boots, and no others", async () => {
    const folder = mkdtempSync(join(tmpdir(), "leftovers-"));
    const script = join(folder, "wait.mjs");
    writeFileSync(script, "setInterval(() => undefined, 1000); console.log('here');");
    const begin = async (root: string) => {
      const child = spawn(process.execPath, [script], {
        env: { WINDOWS_HA_ROOT: root },
        stdio: ["ignore", "pipe", "ignore"],
      });
      await once(child.stdout, "data");
      return child;
    };
    const own = await begin(join(folder, "one"));
    const other = await begin(join(folder, "one-more"));
    try {
      expect(endLeftovers(join(folder, "one"))).to.equal(1);
      await until("it is ended", () => own.signalCode === "SIGKILL");
      expect(other.exitCode ?? other.signalCode).to.equal(null);
    } finally {
      other.kill("SIGKILL");
      rmSync(folder, { recursive: true });
    }
  });
});

describe("turns", () => {
  it("let work on one thing wait for the work before it, failed or not, and other work go on", async () => {
    const turns = new Turns();
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const first = turns.take("a", async () => {
      await held;
      order.push("first");
      throw new Error("first failed");
    });
    const second = turns.take("a", async () => void order.push("second"));
    await turns.take("b", async () => void order.push("other"));
    release();
    expect(await first.catch((error: Error) => error.message)).to.equal("first failed");
    await second;
    await turns.allOver();
    expect(order).to.deep.equal(["other", "first", "second"]);
  });
});
