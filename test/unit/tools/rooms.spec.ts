import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..", "..", "..");
const CRUISER = join(ROOT, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");

/** A workspace in which all is well. */
const CLEAN = {
  "packages/spec/src/index.ts": "export const spec = 1;\n",
  "packages/sandbox/src/index.ts": 'export { spec } from "@windows-ha/spec";\n',
  "packages/cli/src/index.ts": 'import { spec } from "@windows-ha/sandbox";\nexport const cli = spec;\n',
  "packages/components/src/index.ts": 'export { spec } from "@windows-ha/spec";\n',
  "packages/testing/src/index.ts": "export const testing = 1;\n",
  "stacks/index.ts": 'import { spec } from "windows-ha";\nexport const x = spec;\n',
  "bench/run.ts": 'import { spec } from "@windows-ha/spec";\nexport const x = spec;\n',
};

/** What an added file does, and the one rule that it breaks. */
const PLANTED = [
  {
    what: "spec imports another package",
    file: "packages/spec/src/planted.ts",
    text: 'export * from "@windows-ha/testing";\n',
    rule: "spec-imports-nothing",
  },
  {
    what: "a package imports another one's sources",
    file: "packages/sandbox/src/planted.ts",
    text: 'export * from "../../spec/src/index";\n',
    rule: "no-other-packages-internals",
  },
  {
    what: "components import the sandbox",
    file: "packages/components/src/planted.ts",
    text: 'export * from "@windows-ha/sandbox";\n',
    rule: "components-imports-only-spec-agent",
  },
  {
    what: "the CLI imports components",
    file: "packages/cli/src/planted.ts",
    text: 'export * from "windows-ha";\n',
    rule: "cli-imports-only-spec-agent-sandbox-report-drill-testing",
  },
  {
    what: "a stack imports the CLI",
    file: "stacks/planted-cli.ts",
    text: 'export * from "@windows-ha/cli";\n',
    rule: "nothing-imports-the-cli",
  },
  {
    what: "a stack imports sources",
    file: "stacks/planted-sources.ts",
    text: 'export * from "../packages/spec/src/index";\n',
    rule: "programs-use-published-names",
  },
  {
    what: "a package imports a benchmark",
    file: "packages/testing/src/planted.ts",
    text: 'export * from "../../../bench/run";\n',
    rule: "packages-know-no-programs",
  },
  {
    what: "two modules import each other",
    file: "packages/sandbox/src/planted-here.ts",
    text: 'import { there } from "./planted-there";\nexport const here: number = there;\n',
    rule: "no-circles",
  },
  {
    what: "an import leads nowhere",
    file: "stacks/planted-nowhere.ts",
    text: 'export * from "windows-ha/src/spec";\n',
    rule: "no-unresolvable",
  },
  {
    what: "a package imports what it doesn't declare",
    file: "packages/testing/src/planted-undeclared.ts",
    text: 'export * from "undeclared";\n',
    rule: "no-undeclared-packages",
  },
];

const BESIDE = {
  "packages/sandbox/src/planted-there.ts":
    'import { here } from "./planted-here";\nexport const there: number = here;\n',
  "node_modules/undeclared/package.json": '{ "name": "undeclared", "main": "index.js" }\n',
  "node_modules/undeclared/index.js": "",
};

describe("the rooms of the workspace", function () {
  this.timeout(60_000);
  let folder: string;
  let broken: Map<string, string[]>;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-rooms-"));
    const planted = Object.fromEntries(PLANTED.map(({ file, text }) => [file, text]));
    broken = rulesBrokenByFile(folder, { ...CLEAN, ...planted, ...BESIDE });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are kept by files that follow the arrows", () => {
    expect(Object.keys(CLEAN).filter((file) => broken.has(file))).to.deep.equal([]);
  });

  for (const { what, file, rule } of PLANTED) {
    it(`are broken when ${what}`, () => {
      expect(broken.get(file)).to.deep.equal([rule]);
    });
  }
});

/** Writes a workspace and checks it as `npm run rooms` does. */
function rulesBrokenByFile(folder: string, files: Record<string, string>): Map<string, string[]> {
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  for (const name of ["spec", "sandbox", "cli", "components", "testing"]) publish(folder, name);
  const args = [CRUISER, "--config", CONFIG, "--output-type", "json", "packages", "stacks", "bench"];
  const result = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  expect(result.stderr).to.equal("");
  const { summary } = JSON.parse(result.stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  const broken = new Map<string, string[]>();
  for (const { from, rule } of summary.violations) broken.set(from, [...(broken.get(from) ?? []), rule.name]);
  return broken;
}

/** As the package manager links it: a manifest whose entry is the built file. */
function publish(folder: string, name: string): void {
  const published = name === "components" ? "windows-ha" : `@windows-ha/${name}`;
  const manifest = {
    name: published,
    exports: { ".": { default: "./dist/index.js" } },
    dependencies: Object.fromEntries(
      ["windows-ha", "@windows-ha/spec", "@windows-ha/sandbox", "@windows-ha/cli", "@windows-ha/testing"].map(
        (dependency) => [dependency, "*"],
      ),
    ),
  };
  write(join(folder, "packages", name, "package.json"), JSON.stringify(manifest));
  write(join(folder, "packages", name, "dist", "index.js"), "");
  const link = join(folder, "node_modules", published);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(folder, "packages", name), link, "dir");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
