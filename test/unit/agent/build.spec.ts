import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";

const AGENT = join(__dirname, "../../../packages/agent");
const TARGET = "windows-amd64";
const LARGEST_AGENT_BYTES = 15_000_000;
const NOT_COPIED = new Set(["node_modules", "dist", "bin"]);

describe("packages/agent/build.mjs", () => {
  let folder: string;

  before(() => (folder = mkdtempSync(join(tmpdir(), "agent-build-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function build(source: string, out: string): string {
    execFileSync(process.execPath, [join(source, "build.mjs"), "--out", out, TARGET], { encoding: "utf8" });
    return join(out, TARGET, "windows-ha-agent.exe");
  }

  it("gives the same bytes for the same source in another folder, and a small program", function () {
    this.timeout(120_000);
    const copy = join(folder, "somewhere", "else");
    cpSync(AGENT, copy, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
    const here = build(AGENT, join(folder, "here"));
    const there = build(copy, join(folder, "there"));
    expect(readFileSync(here).equals(readFileSync(there)), "the same bytes").to.be.true;
    expect(statSync(here).size).to.be.below(LARGEST_AGENT_BYTES);
  });

  it("refuses a target that it doesn't know, and names those that it does", () => {
    try {
      execFileSync(process.execPath, [join(AGENT, "build.mjs"), "plan9-amd64"], { encoding: "utf8", stdio: "pipe" });
      expect.fail("built");
    } catch (error) {
      expect((error as { stderr: string }).stderr).to.include('seen "plan9-amd64"; allowed: windows-amd64');
    }
  });
});
