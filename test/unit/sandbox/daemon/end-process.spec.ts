import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { endProcess } from "../../../../packages/sandbox/src/end-process";

describe("ending a process", () => {
  async function start(program: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ["-e", `${program}; setInterval(() => {}, 1000); console.log("up")`]);
    await once(child.stdout, "data");
    return child;
  }

  it("lets it end by itself", async () => {
    const child = await start(`process.on("SIGTERM", () => process.exit(4))`);
    const exit = once(child, "exit");
    await endProcess({ pid: child.pid! }, 5_000);
    expect(await exit).to.deep.equal([4, null]);
  });

  it("kills it when it doesn't in time", async () => {
    const child = await start(`process.on("SIGTERM", () => {})`);
    const exit = once(child, "exit");
    await endProcess({ pid: child.pid! }, 100);
    expect(await exit).to.deep.equal([null, "SIGKILL"]);
  });

  it("leaves alone whoever got its number since", async () => {
    const child = await start("");
    await endProcess({ pid: child.pid!, startTime: "former-boot:1" }, 100);
    expect(child.exitCode ?? child.signalCode).to.equal(null);
    child.kill();
  });
});
