import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isAlive } from "../../../tools/lib/process.mjs";
import { steps } from "../../../tools/lib/progress.mjs";
import { chooseSuites, report, runSuites } from "../../../tools/lib/run-suites.mjs";

type Suite = Parameters<typeof runSuites>[0][number];

const RESULTS = '"$WINDOWS_HA_TEST_RESULTS"';
const mochaLine = (outcome: string) => `echo '{"title":"it ${outcome}","outcome":"${outcome}"}' >> ${RESULTS}`;
const goLine = (event: object) => `printf '%s\\n' '${JSON.stringify(event)}'`;

describe("npm test", function () {
  this.timeout(30_000);
  let folder: string;
  let lines: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-suites-"));
    lines = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs one suite that is this shell script; returns what is reported, with the exit code last. */
  async function outcome(
    count: Suite["count"],
    script: string[],
    options: { ci?: boolean; budgetSeconds?: number } = {},
  ) {
    const suite: Suite = {
      name: "it",
      command: "sh",
      args: ["-c", script.join("\n")],
      count,
      budgetSeconds: options.budgetSeconds ?? 20,
      fast: true,
    };
    const skippedFails = options.ci ?? false;
    const outcomes = await runSuites([suite], { ...context(1), skippedFails });
    const code = report(outcomes, { skippedFails, out: (line: string) => lines.push(line) });
    return [lines.at(-1)!.trim(), code];
  }

  const context = (count: number): Parameters<typeof runSuites>[1] => ({
    env: process.env,
    signal: new AbortController().signal,
    log: { stream: createWriteStream(join(folder, "log")) },
    ui: steps(count, { write: (text: string) => lines.push(text) }),
    fast: false,
    skippedFails: false,
    graceMs: 200,
  });

  it("counts a check as one test", async () => {
    expect(await outcome("check", ["true"])).to.deep.equal(["1 passed, 0 failed", 0]);
  });

  it("fails with a failed check and shows its output", async () => {
    expect(await outcome("check", ["echo this is wrong; exit 2"])).to.deep.equal(["0 passed, 1 failed", 1]);
    expect(lines).to.include("this is wrong");
  });

  it("counts Mocha's tests", async () => {
    const script = [mochaLine("passed"), mochaLine("passed"), mochaLine("failed"), "exit 1"];
    expect(await outcome("mocha", script)).to.deep.equal(["2 passed, 1 failed", 1]);
  });

  it("lets a skipped test pass, but not in CI", async () => {
    const script = [mochaLine("passed"), mochaLine("skipped")];
    expect(await outcome("mocha", script)).to.deep.equal(["1 passed, 0 failed", 0]);
    expect(await outcome("mocha", script, { ci: true })).to.deep.equal(["1 passed, 1 failed", 1]);
    expect(lines).to.include("it: skipped, which counts as failed in CI: it skipped");
  });

  it("fails when a suite breaks down after tests that passed", async () => {
    expect(await outcome("mocha", [mochaLine("passed"), "exit 7"])).to.deep.equal(["1 passed, 1 failed", 1]);
    expect(lines).to.include("it: ended with exit code 7 and no failed test");
  });

  it("fails when a suite runs no test", async () => {
    expect(await outcome("mocha", ["true"])).to.deep.equal(["0 passed, 1 failed", 1]);
  });

  it("counts Go's tests by their subtests, and a package that can't be built as one failure", async () => {
    const events = [
      { Action: "pass", Package: "p", Test: "TestTable/one" },
      { Action: "fail", Package: "p", Test: "TestTable/two" },
      { Action: "fail", Package: "p", Test: "TestTable" },
      { Action: "pass", Package: "p", Test: "TestAlone" },
      { Action: "skip", Package: "p", Test: "TestWindowsOnly" },
      { Action: "fail", Package: "p" },
      { Action: "output", Package: "broken", Output: "undefined: nonsense\n" },
      { Action: "fail", Package: "broken" },
    ];
    expect(await outcome("go", [...events.map(goLine), "exit 1"])).to.deep.equal(["2 passed, 2 failed", 1]);
    expect(lines).to.include("undefined: nonsense");
  });

  it("shows what a failed Go test said, however much the others say after it", async () => {
    const said = (Test: string, Output: string): object => ({ Action: "output", Package: "p", Test, Output });
    const events = [
      said("TestSmall", "47 MB, want 40\n"),
      { Action: "fail", Package: "p", Test: "TestSmall" },
      ...Array.from({ length: 300 }, (_, index) => said("TestLoud", `line ${index}\n`)),
      { Action: "pass", Package: "p", Test: "TestLoud" },
    ];
    expect(await outcome("go", [...events.map(goLine), "exit 1"])).to.deep.equal(["1 passed, 1 failed", 1]);
    expect(lines).to.include("47 MB, want 40").and.not.include("line 299");
  });

  it("ends a suite that takes longer than its budget, and counts what it did", async () => {
    const script = [mochaLine("passed"), "sleep 60"];
    expect(await outcome("mocha", script, { budgetSeconds: 0.5 })).to.deep.equal(["1 passed, 1 failed", 1]);
    expect(lines).to.include("it: took longer than its budget and was ended");
  });

  it("ends what a suite leaves running outside of its process group, and counts that as a failure", async function () {
    if (process.platform !== "linux") this.skip();
    const pidFile = join(folder, "pid");
    const script = [
      mochaLine("passed"),
      `setsid sh -c 'echo $$ > ${pidFile}; exec sleep 61' > /dev/null 2>&1 &`,
      "sleep 0.3",
    ];
    expect(await outcome("mocha", script)).to.deep.equal(["1 passed, 1 failed", 1]);
    expect(lines.some((line) => /^it: left running: \d+ sleep 61$/.test(line))).to.equal(true);
    expect(isAlive(Number(readFileSync(pidFile, "utf8")))).to.equal(false);
  });

  it("runs tests one after the other, and two at once of those that measure no time", async () => {
    const suite = (name: string, sideBySide: boolean, script: string): Suite => ({
      name,
      command: "sh",
      args: ["-c", `${script}; ${mochaLine("passed")}`],
      count: "mocha",
      budgetSeconds: 20,
      fast: true,
      sideBySide,
    });
    const place = (name: string): string => join(folder, name);
    const meets = (own: string, other: string): string =>
      `touch ${place(own)}; for i in $(seq 50); do [ -e ${place(other)} ] && break; sleep 0.1; done; [ -e ${place(other)} ]`;
    const alone = `mkdir ${place("alone")} && sleep 0.3 && rmdir ${place("alone")}`;
    const outcomes = await runSuites(
      [
        suite("first", true, `${meets("first", "second")} || exit 1`),
        suite("a", false, `${alone} || exit 1`),
        suite("second", true, `${meets("second", "first")} || exit 1`),
        suite("b", false, `[ ! -e ${place("first")} ] && ${alone} || exit 1`),
      ],
      context(4),
    );
    expect(outcomes.map(({ name, passed, failed }) => `${name} ${passed} ${failed}`)).to.deep.equal([
      "first 1 0",
      "a 1 0",
      "second 1 0",
      "b 1 0",
    ]);
  });

  it("runs fast suites only with --fast, and names what there is when asked for something else", () => {
    const all = [
      { name: "unit", fast: true },
      { name: "engine", fast: false },
    ] as Suite[];
    const names = (options: { fast: boolean; only?: string }) => chooseSuites(all, options).map(({ name }) => name);
    expect(names({ fast: false })).to.deep.equal(["unit", "engine"]);
    expect(names({ fast: true })).to.deep.equal(["unit"]);
    expect(names({ fast: true, only: "engine" })).to.deep.equal(["engine"]);
    expect(() => names({ fast: false, only: "enigne" })).to.throw(
      'There is no suite "enigne". There are: "unit", "engine".',
    );
  });
});
