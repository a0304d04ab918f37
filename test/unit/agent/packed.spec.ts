import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { TARGETS } from "../../../packages/agent/build.mjs";
import { agentFindings } from "../../../packages/agent/packed.mjs";
import { writeTarball } from "../../support/tarball";

describe("the agent's packed packages", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agent-packed-"));
    for (const target of TARGETS) packPlatform(target, `the agent for ${target}`);
    packLocator();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function packLocator(more: Record<string, string> = {}): void {
    const sha256 = Object.fromEntries(TARGETS.map((target) => [target, sha256Of(`the agent for ${target}`)]));
    writeTarball(join(folder, "windows-ha-agent-1.2.3.tgz"), {
      "dist/manifest.json": JSON.stringify({ go: "go1.26.8", sha256 }),
      ...more,
    });
  }

  function packPlatform(target: string, program: string): void {
    const file = target.startsWith("windows") ? "bin/windows-ha-agent.exe" : "bin/windows-ha-agent";
    writeTarball(tarball(target), { [file]: program });
  }

  function tarball(target: string): string {
    return join(folder, `windows-ha-agent-${target}-1.2.3.tgz`);
  }

  it("belong together when each program is the one of the manifest", () => {
    expect(agentFindings(folder)).to.deep.equal([]);
  });

  it("don't when a program was built from another source", () => {
    packPlatform("linux-arm64", "another agent");
    expect(agentFindings(folder)).to.deep.equal([
      `${tarball("linux-arm64")} has a program with the SHA-256 ${sha256Of("another agent")}, the manifest of ` +
        `@windows-ha/agent says ${sha256Of("the agent for linux-arm64")}: ` +
        "pack all of them again, from a source that nobody edits meanwhile",
    ]);
  });

  it("don't without one of them, and all that is wrong is said at once", () => {
    rmSync(tarball("windows-arm64"));
    writeTarball(tarball("linux-amd64"), { "README.md": "no program" });
    expect(agentFindings(folder)).to.deep.equal([
      `${tarball("windows-arm64")} is missing: pack all platforms`,
      `${tarball("linux-amd64")} has 0 programs; allowed: 1`,
    ]);
  });

  it("don't when the locator carries a program itself", () => {
    packLocator({ "bin/linux-amd64/bin/windows-ha-agent": "the agent for linux-amd64" });
    expect(agentFindings(folder)[0]).to.include("programs belong into the platforms' packages");
  });

  it("don't without the locator", () => {
    rmSync(join(folder, "windows-ha-agent-1.2.3.tgz"));
    expect(agentFindings(folder)).to.deep.equal([`${folder} has no tarball of @windows-ha/agent: pack it first`]);
  });
});

function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
