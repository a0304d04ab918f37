import { expect } from "chai";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Daemon } from "../../../../packages/sandbox/src/daemon/daemon";
import { LockHeldError } from "../../../../packages/sandbox/src/daemon/lock";
import type { DaemonRecord, SandboxStatus } from "../../../../packages/sandbox/src/daemon/protocol";
import { failureOf, recordingParts, temporaryFolder } from "./support";

const ARTIFACT = {
  fileName: "orders.exe",
  sha256: "ab".repeat(32),
  host: { fileName: "orders", sha256: "cd".repeat(32) },
};

describe("the daemon", () => {
  const running: Daemon[] = [];
  // Before the folder goes: hooks run in the order of their declaration.
  afterEach(() => Promise.all(running.splice(0).map((daemon) => daemon.end())));
  const folder = temporaryFolder();

  async function start(parts = recordingParts().parts): Promise<Daemon> {
    const daemon = new Daemon(folder(), parts, () => undefined);
    running.push(daemon);
    await daemon.start();
    return daemon;
  }

  function record(): DaemonRecord {
    return JSON.parse(readFileSync(join(folder(), "daemon.json"), "utf8")) as DaemonRecord;
  }

  async function ask(
    path: string,
    options: { method?: string; token?: string; body?: unknown } = {},
  ): Promise<{ status: number; body: unknown }> {
    const { api, token } = record();
    const response = await fetch(api + path, {
      method: options.method ?? "GET",
      headers: { authorization: `Bearer ${options.token ?? token}`, connection: "close" },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
    return { status: response.status, body: await response.json() };
  }

  it("tells how to reach it, to its owner only", async () => {
    await start();
    expect(record()).to.deep.include({ pid: process.pid, providers: { "azure-native": 4711 } });
    expect(statSync(join(folder(), "daemon.json")).mode & 0o777).to.equal(0o600);
  });

  it("starts machines before providers, and ends in the opposite order", async () => {
    const { parts, calls } = recordingParts();
    const daemon = await start(parts);
    await daemon.end();
    expect(calls).to.deep.equal(["data plane starts", "providers start", "providers close", "data plane stops"]);
    expect(existsSync(join(folder(), "daemon.json"))).to.equal(false);
  });

  it("ends everything else when one part can't be ended", async () => {
    const { parts } = recordingParts({ stop: () => Promise.reject(new Error("stuck")) });
    const daemon = await start(parts);
    await daemon.end();
    await start();
    expect(readFileSync(join(folder(), "daemon.log.1"), "utf8")).to.contain("ending the data plane: stuck");
  });

  it("is the only one of its folder", async () => {
    await start();
    expect(await failureOf(start())).to.be.instanceOf(LockHeldError);
    expect((await ask("/status")).status, "the first one goes on").to.equal(200);
  });

  it("leaves nothing behind when it can't start", async () => {
    const { parts, calls } = recordingParts({ start: () => Promise.reject(new Error("no loopback")) });
    const failing = new Daemon(folder(), parts, () => undefined);
    expect((await failureOf(failing.start())).message).to.equal("no loopback");
    await failing.end();
    expect(calls).to.deep.equal(["data plane stops"]);
    await start();
  });

  it("answers nobody without the token", async () => {
    await start();
    expect(await ask("/status", { token: "guessed" })).to.deep.include({ status: 401 });
  });

  it("passes on a machine's power, by its name", async () => {
    const { parts, calls } = recordingParts();
    await start(parts);
    await ask("/machines/orders%2F0/stop", { method: "POST" });
    await ask("/machines/orders%2F0/start", { method: "POST" });
    expect(calls).to.include.members(["power of orders/0 cut", "orders/0 boots"]);
    expect((await ask("/machines/m1/logs")).body).to.deep.equal([{ name: "service", file: "/logs/m1" }]);
  });

  it("answers a refusal with its reason", async () => {
    const { parts } = recordingParts({ stopMachine: () => Promise.reject(new Error('there is no machine "m9"')) });
    await start(parts);
    expect(await ask("/machines/m9/stop", { method: "POST" })).to.deep.equal({
      status: 409,
      body: { error: 'there is no machine "m9"' },
    });
    expect((await ask("/nonsense")).status).to.equal(404);
  });

  it("keeps what was published over a restart, under the same address", async () => {
    const first = await start();
    const { body } = await ask("/artifacts", { method: "POST", body: ARTIFACT });
    const block = ((await ask("/status")).body as SandboxStatus).block;
    expect(body).to.deep.equal({ url: `http://127.${block}.0.1:7400/artifacts/${ARTIFACT.sha256}/orders.exe` });
    await first.end();
    await start();
    const settings = JSON.parse(readFileSync(join(folder(), "settings.json"), "utf8")) as unknown;
    expect(settings).to.deep.equal({ block, artifacts: { [ARTIFACT.sha256]: ARTIFACT } });
  });

  it("puts the former log aside", async () => {
    writeFileSync(join(folder(), "daemon.log"), "the former run\n");
    await start();
    expect(readFileSync(join(folder(), "daemon.log.1"), "utf8")).to.equal("the former run\n");
    expect(readFileSync(join(folder(), "daemon.log"), "utf8")).not.to.contain("the former run");
  });
});
