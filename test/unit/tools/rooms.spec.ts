import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..", "..", "..");
const CRUISER = join(ROOT, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");

/** Files of a workspace in which all is well; each test plants one thing. */
const CLEAN = {
  "packages/spec/src/index.ts": "export const spec = 1;\n",
  "packages/sandbox/src/index.ts": 'export { spec } from "@windows-ha/spec";\n',
  "packages/cli/src/index.ts": 'import { spec } from "@windows-ha/sandbox";\nexport const cli = spec;\n',
  "packages/components/src/index.ts": 'export { spec } from "@windows-ha/spec";\n',
  "packages/testing/src/index.ts": "export const testing = 1;\n",
  "stacks/index.ts": 'import { spec } from "windows-ha";\nexport const x = spec;\n',
  "bench/run.ts": 'import { spec } from "@windows-ha/spec";\nexport const x = spec;\n',
};

const PLANTED = [
  {
    what: "spec imports another package",
    file: "packages/spec/src/index.ts",
    text: 'export { testing as spec } from "@windows-ha/testing";\n',
    rule: "spec-imports-nothing",
  },
  {
    what: "a package imports another one's sources",
    file: "packages/sandbox/src/index.ts",
    text: 'export { spec } from "../../spec/src/index";\n',
    rule: "no-other-packages-internals",
  },
  {
    what: "components import the sandbox",
    file: "packages/components/src/index.ts",
    text: 'export { spec } from "@windows-ha/sandbox";\n',
    rule: "components-imports-only-spec-agent",
  },
  {
    what: "the CLI imports components",
    file: "packages/cli/src/index.ts",
    text: 'export { spec as cli } from "windows-ha";\n',
    rule: "cli-imports-only-spec-agent-sandbox-report-drill-testing",
  },
  {
    what: "a stack imports the CLI",
    file: "stacks/index.ts",
    text: 'export { cli } from "@windows-ha/cli";\n',
    rule: "nothing-imports-the-cli",
  },
  {
    what: "a stack imports sources",
    file: "stacks/index.ts",
    text: 'export { spec } from "../packages/spec/src/index";\n',
    rule: "programs-use-published-names",
  },
  {
    what: "a package imports a benchmark",
    file: "packages/testing/src/index.ts",
    text: 'export { x as testing } from "../../../bench/run";\n',
    rule: "packages-know-no-programs",
  },
  {
    what: "two modules import each other",
    file: "packages/spec/src/other.ts",
    text: 'import { spec } from "./index";\nexport const other = spec;\n',
    also: { "packages/spec/src/index.ts": 'import { other } from "./other";\nexport const spec: number = other;\n' },
    rule: "no-circles",
  },
  {
    what: "an import leads nowhere",
    file: "stacks/index.ts",
    text: 'export { spec } from "windows-ha/src/spec";\n',
    rule: "no-unresolvable",
  },
];

describe("the rooms of the workspace", function () {
  this.timeout(30_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-rooms-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("are kept by a workspace that follows the arrows", () => {
    expect(violations(folder, CLEAN)).to.deep.equal([]);
  });

  for (const { what, file, text, also, rule } of PLANTED) {
    it(`are broken when ${what}`, () => {
      expect(violations(folder, { ...CLEAN, [file]: text, ...also })).to.include(rule);
    });
  }
});

/** Writes a workspace and returns the names of the rules that it breaks. */
function violations(folder: string, files: Record<string, string>): string[] {
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  for (const name of ["spec", "sandbox", "cli", "components", "testing"]) publish(folder, name);
  const args = [CRUISER, "--config", CONFIG, "--output-type", "json", "packages", "stacks", "bench"];
  const result = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  expect(result.stderr).to.equal("");
  const { summary } = JSON.parse(result.stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
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
