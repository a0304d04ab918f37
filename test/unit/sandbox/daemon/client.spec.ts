import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSandbox, SandboxError, type Sandbox } from "@windows-ha/sandbox";
import { isAlive, type ProcessIdentity } from "../../../../packages/sandbox/src/daemon/process-identity";
import { failureOf, temporaryFolder } from "./support";

function daemonsOf(folder: string): number[] {
  const listing = execFileSync("ps", ["-ww", "-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return listing.filter((line) => line.endsWith(`main.js ${folder}`)).map((line) => Number.parseInt(line));
}

/** These start the real daemon as a process of its own. */
describe("a sandbox's client", function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  // Before the folder goes: hooks run in the order of their declaration.
  afterEach(() => sandbox.down());
  const folder = temporaryFolder();
  beforeEach(() => (sandbox = openSandbox(join(folder(), "sandbox"))));

  function daemon(): ProcessIdentity {
    return JSON.parse(readFileSync(sandbox.layout.daemon, "utf8")) as ProcessIdentity;
  }

  async function kill(): Promise<ProcessIdentity> {
    const killed = daemon();
    process.kill(killed.pid, "SIGKILL");
    while (isAlive(killed)) await sleep(10);
    return killed;
  }

  it("says how to start what doesn't run", async () => {
    const failure = (await failureOf(sandbox.status())) as SandboxError;
    expect(failure).to.be.instanceOf(SandboxError);
    expect(failure.code).to.equal("not-running");
    expect(failure.message).to.contain(sandbox.layout.folder).and.to.contain("windows-ha sandbox exec -- pulumi up");
  });

  it("starts the daemon, finds it again, and ends it", async () => {
    await sandbox.ensureRunning();
    const first = daemon();
    await sandbox.ensureRunning();
    expect(daemon()).to.deep.equal(first);
    expect(await sandbox.status()).to.deep.include({ pid: first.pid, machines: [], frontEnds: [] });

    expect(await sandbox.down()).to.equal(true);
    expect(isAlive(first)).to.equal(false);
    expect(await sandbox.down(), "ended already").to.equal(false);
  });

  it("starts one daemon however many ask at once", async () => {
    const others = Array.from({ length: 4 }, () => openSandbox(sandbox.layout.folder));
    await Promise.all(others.map((other) => other.ensureRunning()));
    const pids = await Promise.all(others.map(async (other) => (await other.status()).pid));
    expect(new Set(pids)).to.deep.equal(new Set([daemon().pid]));
    expect(daemonsOf(sandbox.layout.folder), "those that lost the race have ended").to.deep.equal([daemon().pid]);
  });

  it("notices that the daemon was killed, and starts it anew", async () => {
    await sandbox.ensureRunning();
    const killed = await kill();
    const failure = (await failureOf(sandbox.machines())) as SandboxError;
    expect(failure.code).to.equal("not-running");
    expect(failure.message)
      .to.contain(`process ${killed.pid}) ended without a goodbye`)
      .and.to.contain(sandbox.layout.daemonLog);
    await sandbox.ensureRunning();
    expect((await sandbox.status()).pid).not.to.equal(killed.pid);
  });

  it("shows the end of the log when the daemon can't start", async () => {
    mkdirSync(sandbox.layout.folder);
    writeFileSync(sandbox.layout.settings, "{ half");
    const failure = (await failureOf(sandbox.ensureRunning())) as SandboxError;
    expect(failure.code).to.equal("daemon-failed");
    expect(failure.message).to.contain("ended while it started (exit code 1)").and.to.contain(sandbox.layout.settings);
  });

  it("replaces a daemon of another version", async () => {
    await sandbox.ensureRunning();
    const former = daemon();
    writeFileSync(sandbox.layout.daemon, JSON.stringify({ ...former, version: "0.0.1" }));
    const progress: string[] = [];
    await sandbox.ensureRunning({ onProgress: (line) => progress.push(line) });
    expect(isAlive(former)).to.equal(false);
    expect(progress[0]).to.contain("ending the sandbox of version 0.0.1");
    await sandbox.status();
  });

  it("removes its folder, and no other", async () => {
    await sandbox.ensureRunning();
    await sandbox.down({ remove: true });
    expect(existsSync(sandbox.layout.folder)).to.equal(false);

    writeFileSync(join(folder(), "thesis.txt"), "years of work");
    const failure = await failureOf(openSandbox(folder()).down({ remove: true }));
    expect(failure.message).to.contain("not a sandbox's folder");
    expect(existsSync(join(folder(), "thesis.txt"))).to.equal(true);
  });

  it("ends by itself when its folder is removed", async () => {
    await sandbox.ensureRunning();
    const daemonProcess = daemon();
    rmSync(sandbox.layout.folder, { recursive: true });
    while (isAlive(daemonProcess)) await sleep(50);
    expect(existsSync(sandbox.layout.folder), "and doesn't come back").to.equal(false);
  });

  it("keeps its folder out of version control", async () => {
    await sandbox.ensureRunning();
    expect(readFileSync(join(sandbox.layout.folder, ".gitignore"), "utf8")).to.equal("*\n");
  });
});
