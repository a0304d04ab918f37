import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { command, succeed } from "../support/command";
import { readSums, release, type Release } from "../support/release";
import { REPOSITORY } from "../support/sandbox-stack";

const LIBRARIES = [
  "@windows-ha/cli",
  "@windows-ha/report",
  "@windows-ha/sandbox",
  "@windows-ha/spec",
  "@windows-ha/testing",
  "windows-ha",
];
const WINDOWS = ["agent-windows-amd64", "agent-windows-arm64"];
/** They are copied to machines from every platform. */
const EVERYWHERE = [...WINDOWS, "agent-linux-amd64"];
const LINUX_HERE = `agent-linux-${arch() === "x64" ? "amd64" : arch()}`;
const LARGEST_PROGRAM_PACKAGE_BYTES = 5_000_000;
const LARGEST_LIBRARY_BYTES = 1_000_000;

describe("a release of all packages", function () {
  this.timeout(600_000);
  let made: Release;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "wha-release-spec-"));
    made = await release();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is published byte for byte as it was packed and checked, by exact versions of each other", () => {
    const { registry, sums } = made;
    const agents = ["agent", ...WINDOWS, "agent-linux-amd64", "agent-linux-arm64"].map((name) => `@windows-ha/${name}`);
    expect(registry.names).to.deep.equal([...agents, ...LIBRARIES].sort());
    for (const name of registry.names) {
      const { version, dependencies = {}, optionalDependencies = {} } = registry.latest(name);
      const file = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
      expect(createHash("sha256").update(registry.tarball(name)).digest("hex"), file).to.equal(sums.get(file));
      for (const [other, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
        if (registry.names.includes(other)) expect(range, `${name} → ${other}`).to.equal(version);
      }
    }
  });

  it("is small: what carries a program below 5 MB, what doesn't below 1 MB", () => {
    for (const file of made.sums.keys()) {
      const limit = /agent-(windows|linux)/.test(file) ? LARGEST_PROGRAM_PACKAGE_BYTES : LARGEST_LIBRARY_BYTES;
      expect(statSync(join(made.folder, "packages", file)).size, file).to.be.below(limit);
    }
  });

  it("has the same bytes when the agent's packages are packed again, somewhere else", async () => {
    const again = join(folder, "again");
    await succeed(process.execPath, ["packages/agent/pack.mjs", "--out", again], {
      cwd: REPOSITORY,
      timeoutSeconds: 300,
    });
    const sums = readSums(join(again, "SHA256SUMS"));
    expect(sums.size).to.equal(5);
    for (const [file, sha256] of sums) expect(sha256, file).to.equal(made.sums.get(file));
  });

  it("leaves no program in the checkout but those of the set-up", () => {
    const platforms = join(REPOSITORY, "packages/agent/platforms");
    const left = readdirSync(platforms).flatMap((name) => readdirSync(join(platforms, name)));
    expect(left).to.include("package.json");
    for (const product of ["bin", "NOTICES.txt"]) expect(left).to.not.include(product);
  });

  it("isn't published from another source than it was packed from", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "source.json"), JSON.stringify({ commit: "0123abc", edited: false }));
    const { code, stderr } = await command(process.execPath, ["tools/release.mjs", "publish", "--from", elsewhere], {
      cwd: REPOSITORY,
      env: { ...process.env, ...made.registry.env },
    });
    expect(code).to.equal(1);
    expect(stderr).to.include(`${elsewhere} was packed from 0123abc, and this is`).and.include("then pack again");
  });

  describe("npm install @windows-ha/agent", () => {
    let project: string;

    beforeEach(() => {
      project = mkdtempSync(join(folder, "project-"));
      writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
    });

    /** @returns the packages of `@windows-ha` that are there then */
    async function install(...options: string[]): Promise<string[]> {
      await succeed("npm", ["install", "--no-audit", "--no-fund", ...options, "@windows-ha/agent"], {
        cwd: project,
        // Without the shared cache, in which every run would leave its tarballs.
        env: { ...process.env, ...made.registry.env, npm_config_cache: join(folder, "cache") },
      });
      return readdirSync(join(project, "node_modules/@windows-ha"));
    }

    function agentBinary(os: string, cpu: string): Promise<string> {
      const look = `require("@windows-ha/agent").agentBinary({ os: "${os}", arch: "${cpu}" }).file`;
      // The command of a pnpm workspace sets NODE_PATH, by which everything of the checkout would be found.
      const { NODE_PATH: _, ...env } = process.env;
      return command(process.execPath, ["-p", look], { cwd: project, env }).then(
        ({ stdout, stderr }) => stdout + stderr,
      );
    }

    it("brings the programs for Windows and for this Linux, which runs", async function () {
      if (platform() !== "linux") this.skip();
      expect(await install()).to.have.members(["agent", ...new Set([...EVERYWHERE, LINUX_HERE])]);
      expect(await agentBinary("windows", "arm64")).to.include("agent-windows-arm64/bin/windows-ha-agent.exe");
      const here = (await agentBinary("linux", LINUX_HERE.replace("agent-linux-", ""))).trim();
      expect(await succeed(here, ["version"])).to.include(made.registry.latest("@windows-ha/agent").version);
    });

    it("brings the programs for machines on a Mac", async () => {
      expect(await install("--os=darwin", "--cpu=arm64")).to.have.members(["agent", ...EVERYWHERE]);
    });

    it("leaves the one for Linux on Arm out with --omit=optional, which is said to whoever asks for it", async () => {
      expect(await install("--os=linux", "--cpu=arm64", "--omit=optional")).to.have.members(["agent", ...EVERYWHERE]);
      const answer = await agentBinary("linux", "arm64");
      const advice = arch() === "arm64" ? "Run `npm install --include=optional`" : "npm brings it on linux arm64 only";
      expect(answer).to.include("AgentBinaryMissing").and.include(advice);
      expect(await install("--os=linux", "--cpu=arm64", "--include=optional")).to.include("agent-linux-arm64");
    });
  });
});
