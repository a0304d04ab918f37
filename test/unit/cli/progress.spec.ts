import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { CLI } from "../../support/sandbox-stack";
import { temporaryFolder } from "./support";

const HIDE = "\u001b[?25l";
const SHOW = "\u001b[?25h";

/** A terminal is what util-linux's `script` gives. */
describe("what a long command shows at a terminal", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  before(function () {
    if (spawnSync("script", ["--version"]).status !== 0) this.skip();
  });

  /** A Go that takes its time, and says what a real one would. */
  function slowGo(seconds: number): string {
    const bin = join(folder(), "bin");
    mkdirSync(bin, { recursive: true });
    const answer = `if [ "$1" = version ] || [ "$1" = env ]; then exec ${goHere()} "$@"; fi; sleep ${seconds}; exec ${goHere()} "$@"`;
    writeFileSync(join(bin, "go"), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
    writeFileSync(join(folder(), "go.mod"), "module example.com/greeter\n\ngo 1.26\n");
    writeFileSync(
      join(folder(), "main.go"),
      "package main\n\nvar version string\n\nfunc main() { println(version) }\n",
    );
    return bin;
  }

  function goHere(): string {
    return spawnSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).stdout.trim();
  }

  function atTerminal(bin: string, env: NodeJS.ProcessEnv = {}, columns = 100) {
    const line = `stty rows 30 cols ${columns}; '${process.execPath}' '${CLI}' build --version 1.4.2`;
    const { CI: _, NO_COLOR: __, ...rest } = process.env;
    const terminal = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
      cwd: folder(),
      env: { ...rest, TERM: "xterm", PATH: `${bin}:${process.env.PATH}`, ...env },
    });
    let shown = "";
    terminal.stdout.setEncoding("utf8").on("data", (part: string) => (shown += part));
    const code = new Promise<number | null>((resolve) => terminal.on("close", resolve));
    return { terminal, code, shown: () => shown };
  }

  it("is a line that moves while it runs, and stays when it is done", async () => {
    const { code, shown } = atTerminal(slowGo(0.7));
    expect(await code, shown()).to.equal(0);
    expect(shown()).to.include(HIDE).and.include(SHOW);
    const text = stripVTControlCharacters(shown());
    expect(text).to.match(/⠋ Build \. 1\.4\.2/);
    expect(text.split(/⠋|⠙|⠹|⠸/).at(-1)).to.match(/✔ Build \. 1\.4\.2 \[[\d.]+m?s\]\s+PROGRAM/);
    expect(shown().lastIndexOf(SHOW)).to.be.above(shown().lastIndexOf(HIDE));
  });

  it("is plain lines for NO_COLOR, in CI, and where the terminal doesn't tell its width", async () => {
    for (const [env, columns] of [
      [{ NO_COLOR: "1" }, 100],
      [{ CI: "true" }, 100],
      [{}, 0],
    ] as const) {
      const { code, shown } = atTerminal(slowGo(0.3), env, columns);
      expect(await code, shown()).to.equal(0);
      expect(shown()).to.include("build: building example.com/greeter for windows/amd64");
      expect(shown()).to.not.include(HIDE).and.not.include("⠋");
    }
  });

  it("gives the cursor back at Ctrl-C, and ends as interrupted", async () => {
    const { terminal, code, shown } = atTerminal(slowGo(30));
    const deadline = Date.now() + 20_000;
    while (!shown().includes(HIDE) && Date.now() < deadline) await sleep(50);
    terminal.stdin.write("\u0003");
    expect(await code, shown()).to.equal(130);
    expect(shown().lastIndexOf(SHOW)).to.be.above(shown().lastIndexOf(HIDE));
  });
});
