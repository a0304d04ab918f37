import { expect } from "chai";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { acquireLock, LockHeldError } from "../../../../packages/sandbox/src/daemon/lock";
import { isAlive, ownIdentity, startedAt } from "../../../../packages/sandbox/src/daemon/process-identity";
import { temporaryFolder } from "./support";

const COMPILED_LOCK = resolve("packages/sandbox/dist/daemon/lock.js");

function endedProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("the daemon's lock", () => {
  const folder = temporaryFolder();

  it("is refused while its owner lives, and names it", () => {
    acquireLock(folder());
    expect(() => acquireLock(folder())).to.throw(LockHeldError, `process ${process.pid} holds the lock`);
  });

  it("can be taken again once given back", () => {
    acquireLock(folder())();
    expect(() => acquireLock(folder())).not.to.throw();
  });

  it("passes from an owner that ended without giving it back", () => {
    writeFileSync(join(folder(), "lock.3"), JSON.stringify({ pid: endedProcess() }));
    acquireLock(folder());
    expect(readdirSync(folder())).to.deep.equal(["lock.4"]);
  });

  it("passes from an owner whose process number is in use again", function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    writeFileSync(join(folder(), "lock.1"), JSON.stringify({ pid: process.pid, startTime: "former-boot:1" }));
    expect(() => acquireLock(folder())).not.to.throw();
  });

  it("trusts a live process number where start times aren't known", () => {
    writeFileSync(join(folder(), "lock.1"), JSON.stringify({ pid: process.pid }));
    expect(() => acquireLock(folder())).to.throw(LockHeldError);
  });

  it("goes to one of many processes that find a dead owner at once", async () => {
    writeFileSync(join(folder(), "lock.1"), JSON.stringify({ pid: endedProcess() }));
    const program = `
      try { require(${JSON.stringify(COMPILED_LOCK)}).acquireLock(process.argv[1]); console.log("got it"); }
      catch (error) { console.log(error.name); }
      process.stdin.resume();`;
    const contenders = Array.from({ length: 8 }, () =>
      spawn(process.execPath, ["-e", program, folder()], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    const answers = await Promise.all(
      contenders.map(async ({ stdout }) => String((await once(stdout, "data"))[0]).trim()),
    );
    for (const contender of contenders) contender.kill("SIGKILL");
    expect(answers.filter((answer) => answer === "got it")).to.have.length(1);
    expect(answers.filter((answer) => answer === "LockHeldError")).to.have.length(7);
  });
});

describe("a process's identity", () => {
  it("is alive for this process and not for one that ended", () => {
    expect(isAlive(ownIdentity())).to.equal(true);
    expect(isAlive({ pid: endedProcess() })).to.equal(false);
  });

  it("tells when a process started", function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    const elapsedSeconds = Number(
      execFileSync("ps", ["-o", "etimes=", "-p", String(process.pid)], { encoding: "utf8" }),
    );
    expect(startedAt(process.pid)!.getTime()).to.be.closeTo(Date.now() - elapsedSeconds * 1000, 2_000);
  });
});
