import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AGENT_PLATFORMS, type AgentPlatform } from "@windows-ha/agent";
import { expect } from "chai";

interface Refusal {
  kind?: string;
  file: string;
  message: string;
}

const PACKAGE = join(__dirname, "../../../packages/agent");
const VERSION = (JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string }).version;
const WINDOWS: AgentPlatform = { os: "windows", arch: "amd64" };
/** What npm leaves in `node_modules`, without a checkout around it; asked by a process of its own, as tsx looks further. */
describe("the installed agent", () => {
  let folder: string;
  let modules: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "agent-installed-")));
    modules = join(folder, "node_modules/@windows-ha");
    cpSync(join(PACKAGE, "dist"), join(modules, "agent/dist"), { recursive: true });
    cpSync(join(PACKAGE, "package.json"), join(modules, "agent/package.json"));
    const sha256 = Object.fromEntries(AGENT_PLATFORMS.map((platform) => [target(platform), sha256Of(bytes(platform))]));
    writeFileSync(join(modules, "agent/dist/manifest.json"), JSON.stringify({ go: "go1.26.8", sha256 }));
    for (const platform of AGENT_PLATFORMS) install(platform, bytes(platform));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function agentBinary(platform: AgentPlatform): unknown {
    const look = `
      const locator = require("@windows-ha/agent");
      try {
        console.log(JSON.stringify(locator.agentBinary(${JSON.stringify(platform)})));
      } catch (error) {
        const kind = ["AgentBinaryMissing", "AgentBinaryChanged"].find((name) => error instanceof locator[name]);
        console.log(JSON.stringify({ kind, file: error.file, message: error.message }));
      }`;
    const answer = execFileSync(process.execPath, ["-e", look], { cwd: folder, encoding: "utf8", env: {} });
    return JSON.parse(answer);
  }

  function install(platform: AgentPlatform, content: string, version = VERSION): void {
    const folder = join(modules, `agent-${target(platform)}`);
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: `agent-${target(platform)}`, version }));
    writeFileSync(program(platform), content);
  }

  function program(platform: AgentPlatform): string {
    const file = platform.os === "windows" ? "windows-ha-agent.exe" : "windows-ha-agent";
    return join(modules, `agent-${target(platform)}/bin`, file);
  }

  for (const platform of AGENT_PLATFORMS) {
    it(`is the program of the package for ${target(platform)}`, () => {
      expect(agentBinary(platform)).to.deep.equal({
        file: program(platform),
        sha256: sha256Of(bytes(platform)),
        version: VERSION,
      });
    });
  }

  it("is refused when a byte of it has changed", () => {
    writeFileSync(program(WINDOWS), `${bytes(WINDOWS)}!`);
    const { kind, message } = agentBinary(WINDOWS) as Refusal;
    expect(kind).to.equal("AgentBinaryChanged");
    expect(message)
      .to.include(program(WINDOWS))
      .and.include(sha256Of(`${bytes(WINDOWS)}!`))
      .and.include(`allowed is ${sha256Of(bytes(WINDOWS))} of version ${VERSION}`)
      .and.include("changed or shortened it after the installation");
  });

  it("is refused with both versions when its package is of another one", () => {
    install(WINDOWS, "an older agent", "0.0.7");
    const { kind, message } = agentBinary(WINDOWS) as Refusal;
    expect(kind).to.equal("AgentBinaryChanged");
    expect(message).to.include(`its package is of version 0.0.7, @windows-ha/agent of ${VERSION}`);
  });

  const linux = AGENT_PLATFORMS.filter(({ os, arch }) => os === "linux" && arch !== "amd64");
  for (const platform of linux) {
    it(`of ${target(platform)} is missing when it was left out, and the reason is named`, () => {
      const name = `agent-${target(platform)}`;
      rmSync(join(modules, name), { recursive: true });
      const { kind, message } = agentBinary(platform) as Refusal;
      expect(kind).to.equal("AgentBinaryMissing");
      expect(message).to.include(`no windows-ha-agent for linux/${platform.arch} at @windows-ha/${name}`);
      if (runsHere(platform)) {
        expect(message).to.include("`--omit=optional`").and.include("Run `npm install --include=optional`");
      } else {
        expect(message).to.include(`and this is ${process.platform} ${process.arch}`).and.not.include("npm install");
      }
    });
  }

  it("says how to get a Windows agent back", () => {
    rmSync(join(modules, `agent-${target(WINDOWS)}`), { recursive: true });
    const { kind, message } = agentBinary(WINDOWS) as Refusal;
    expect(kind).to.equal("AgentBinaryMissing");
    expect(message).to.include("run `npm install` again");
  });

  it("names the antivirus when the package is there without its program", () => {
    rmSync(program(WINDOWS));
    const { kind, file, message } = agentBinary(WINDOWS) as Refusal;
    expect({ kind, file }).to.deep.equal({ kind: "AgentBinaryMissing", file: program(WINDOWS) });
    expect(message).to.include("an antivirus may have taken away");
  });
});

function target({ os, arch }: AgentPlatform): string {
  return `${os}-${arch}`;
}

function runsHere({ os, arch }: AgentPlatform): boolean {
  return os === process.platform && (arch === "amd64" ? "x64" : arch) === process.arch;
}

function bytes(platform: AgentPlatform): string {
  return `the agent for ${target(platform)}`;
}

function sha256Of(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
