import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { withLock } from "../../../tools/lib/lock.mjs";

describe("a lock", function () {
  this.timeout(10_000);
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-lock-"));
    file = join(folder, "locks", "it.lock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lets one in after the other, and tells the second for whom it waits", async () => {
    const order: string[] = [];
    const holders: number[] = [];
    const first = withLock(file, async () => {
      order.push("first in");
      await delay(400);
      order.push("first out");
    });
    const second = withLock(file, () => Promise.resolve(order.push("second in")), {
      onWait: ({ pid }) => holders.push(pid),
    });
    await Promise.all([first, second]);
    expect(order).to.deep.equal(["first in", "first out", "second in"]);
    expect(holders).to.deep.equal([process.pid]);
    expect(existsSync(file)).to.equal(false);
  });

  it("is given back when the work fails", async () => {
    const failed = withLock(file, () => Promise.reject(new Error("it broke")));
    expect(await failed.catch((error: Error) => error.message)).to.equal("it broke");
    expect(await withLock(file, () => Promise.resolve("in"))).to.equal("in");
  });

  it("is taken over from a holder that died", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    await withLock(file, () => Promise.resolve());
    writeFileSync(file, JSON.stringify({ pid: child.pid, host: hostname() }));
    expect(await withLock(file, () => Promise.resolve("in"))).to.equal("in");
  });

  it("is taken over from another computer only when that shows no sign of life", async () => {
    await withLock(file, () => Promise.resolve());
    writeFileSync(file, JSON.stringify({ pid: 1, host: "elsewhere" }));
    const giveUp = AbortSignal.timeout(500);
    const waited = await withLock(file, () => Promise.resolve("in"), { signal: giveUp }).catch(
      (error: Error) => error.name,
    );
    expect(waited).to.equal("TimeoutError");

    const longAgo = new Date(Date.now() - 10 * 60_000);
    utimesSync(file, longAgo, longAgo);
    expect(await withLock(file, () => Promise.resolve("in"))).to.equal("in");
  });
});
