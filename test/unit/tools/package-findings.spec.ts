import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { originFindings, packageFindings } from "../../../tools/lib/package-findings.mjs";
import { writeTarball } from "../../support/tarball";

const MANIFEST = {
  name: "gadget",
  version: "1.0.0",
  license: "Apache-2.0",
  type: "commonjs",
  main: "./index.js",
  types: "./index.d.ts",
  exports: { ".": { types: "./index.d.ts", default: "./index.js" }, "./package.json": "./package.json" },
  engines: { node: ">=22.12" },
};
const FILES = {
  "index.js": "exports.turn = () => 1;\n",
  "index.d.ts": "export declare function turn(): number;\n",
  "README.md": "# gadget\n",
  LICENSE: "Apache License\n",
};

describe("the check of packed packages", function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "package-findings-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What is said about one package; that the agent's packages aren't beside it is left out. */
  async function findings(manifest: object, files: Record<string, string> = FILES): Promise<string[]> {
    writeTarball(join(folder, "gadget-1.0.0.tgz"), { "package.json": JSON.stringify(manifest), ...files });
    const all = await packageFindings(folder);
    return all.filter((finding) => finding.startsWith("gadget-1.0.0.tgz: "));
  }

  it("finds nothing in a whole package", async () => {
    expect(await findings(MANIFEST)).to.deep.equal([]);
  });

  it("finds a declared file that isn't packed", async () => {
    const { "index.d.ts": _, ...files } = FILES;
    const found = await findings(MANIFEST, files);
    expect(found.join("\n")).to.include("publint:").and.include("index.d.ts but the file does not exist");
  });

  it("finds that the engines aren't named, which publint only suggests", async () => {
    const { engines: _, ...manifest } = MANIFEST;
    expect((await findings(manifest)).join("\n")).to.include(
      'publint: The package does not specify the "engines.node"',
    );
  });

  it("finds names that the types promise and an ES module can't import", async () => {
    const hidden = { ...FILES, "index.js": "module.exports = (() => ({ turn: () => 1 }))();\n" };
    const [found, ...others] = await findings(MANIFEST, hidden);
    expect(others).to.deep.equal([]);
    expect(found).to.include("attw:").and.include("named imports").and.include("they will crash at runtime");
  });

  it("finds what breaks this repository's rules, all at once", async () => {
    const broken = {
      ...MANIFEST,
      license: "MIT",
      scripts: { postinstall: "node download.js" },
      dependencies: { other: "workspace:*" },
    };
    const { "README.md": _, LICENSE: __, ...files } = FILES;
    expect(await findings(broken, { ...files, "dist/.tsbuildinfo": "{}" })).to.deep.equal(
      [
        "license isn't Apache-2.0",
        "README.md is missing",
        "LICENSE is missing",
        "it carries a .tsbuildinfo",
        "it runs something at installation; allowed are none of preinstall, install, postinstall, prepare",
        "a version is still `workspace:` or `catalog:`, which only pnpm resolves: pack it with pnpm",
      ].map((text) => `gadget-1.0.0.tgz: ${text}`),
    );
  });

  it("says that a folder without packages has none", async () => {
    expect(await packageFindings(folder)).to.deep.equal([`${folder} has no tarball`]);
  });

  describe("for a statement of origin", () => {
    const ENV = {
      NPM_CONFIG_PROVENANCE: "true",
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "team/windows-ha",
    };
    const origin = (repository: object | undefined, env: NodeJS.ProcessEnv = ENV): string[] => {
      writeTarball(join(folder, "gadget-1.0.0.tgz"), { "package.json": JSON.stringify({ ...MANIFEST, repository }) });
      return originFindings(folder, env);
    };

    it("finds nothing where each package names the repository that the workflow runs in", () => {
      expect(origin({ type: "git", url: "git+https://github.com/team/windows-ha.git" })).to.deep.equal([]);
    });

    it("finds another repository, as a fork has it, and none", () => {
      const wanted = "provenance needs git+https://github.com/team/windows-ha.git, in package.json of the root";
      expect(origin({ url: "git+https://github.com/other/windows-ha.git" })).to.deep.equal([
        `gadget-1.0.0.tgz: repository.url is git+https://github.com/other/windows-ha.git; ${wanted}`,
      ]);
      expect(origin(undefined)).to.deep.equal([`gadget-1.0.0.tgz: repository.url is undefined; ${wanted}`]);
    });

    it("has nothing to say where no such statement is wanted", () => {
      expect(origin(undefined, {})).to.deep.equal([]);
    });
  });
});
