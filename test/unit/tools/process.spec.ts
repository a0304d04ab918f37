import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { Interrupted } from "../../../tools/lib/errors.mjs";
import { isAlive, run } from "../../../tools/lib/process.mjs";

describe("running a program", function () {
  this.timeout(20_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-process-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A shell that starts a child of its own, writes down its process id, and waits for it. */
  const withChild = (trap = "") => ["-c", `${trap}sleep 60 & echo $! > ${join(folder, "child")}; wait`];
  const child = async () => {
    while (!existsSync(join(folder, "child"))) await delay(20);
    await delay(50);
    return Number(readFileSync(join(folder, "child"), "utf8"));
  };
  const isGone = async (pid: number) => {
    for (let tries = 0; tries < 100 && isAlive(pid); tries += 1) await delay(20);
    return !isAlive(pid);
  };

  it("tells how it ended, what it wrote, and the last lines", async () => {
    const lines: string[] = [];
    const result = await run("sh", ["-c", "echo out; echo err >&2; sleep 0.1; echo last; exit 3"], {
      tailLines: 1,
      onLine: (line: string) => lines.push(line),
    });
    expect(result).to.deep.include({ code: 3, timedOut: false, stdout: "out\nlast", tail: ["last"] });
    expect(lines).to.have.members(["out", "err", "last"]);
  });

  it("ends it with everything that it started when its time is over", async () => {
    const running = run("sh", withChild(), { timeoutSeconds: 0.5 });
    const pid = await child();
    expect(await running).to.include({ timedOut: true, endedBy: "SIGTERM" });
    expect(await isGone(pid)).to.equal(true);
  });

  it("asks once on an interrupt, and gives it time to end", async () => {
    const interrupt = new AbortController();
    const trap = `trap 'echo asked >> ${join(folder, "asked")}; sleep 0.3; echo ended >> ${join(folder, "asked")}; exit 0' INT; `;
    const running = run("sh", withChild(trap), { signal: interrupt.signal }).catch((error: Error) => error);
    const pid = await child();
    interrupt.abort(new Interrupted("SIGINT"));
    expect(await running).to.be.instanceOf(Interrupted);
    expect(readFileSync(join(folder, "asked"), "utf8")).to.equal("asked\nended\n");
    expect(await isGone(pid)).to.equal(true);
  });

  it("kills what doesn't end on an interrupt", async () => {
    const interrupt = new AbortController();
    const running = run("sh", withChild("trap '' INT; "), { signal: interrupt.signal, graceSeconds: 0.3 });
    const ended = running.catch((error: Error) => error);
    const pid = await child();
    interrupt.abort(new Interrupted("SIGINT"));
    expect(await ended).to.be.instanceOf(Interrupted);
    expect(await isGone(pid)).to.equal(true);
  });

  it("ends what a program leaves behind in its group", async () => {
    await run("sh", ["-c", `sleep 60 & echo $! > ${join(folder, "child")}`]);
    expect(await isGone(await child())).to.equal(true);
  });

  it("fails when there is no such program", async () => {
    const error = await run(join(folder, "nothing"), []).catch((reason: Error) => reason);
    expect(error).to.have.property("code", "ENOENT");
  });
});
