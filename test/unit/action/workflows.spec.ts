import { expect } from "chai";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { command } from "../../support/command";
import { REPOSITORY } from "../../support/sandbox-stack";

/** By the name under which users have it, an action isn't there to be read. */
const ACTION = /[\w-]+\/windows-ha\/action@\S+/g;

interface Workflow {
  /** File, and for a snippet its line. */
  where: string;
  text: string;
}

/** What lies in the repository, and every snippet in Markdown that has jobs. */
function workflows(): Workflow[] {
  const files = globSync(".github/workflows/*.yml", { cwd: REPOSITORY }).map((where) => ({ where, text: read(where) }));
  const pages = globSync(["*.md", "{docs,action}/**/*.md", "packages/*/*.md"], { cwd: REPOSITORY }).sort();
  return [...files, ...pages.flatMap((page) => snippetsOf(page, read(page)))];
}

function read(file: string): string {
  return readFileSync(join(REPOSITORY, file), "utf8");
}

function snippetsOf(page: string, text: string): Workflow[] {
  return [...text.matchAll(/^```ya?ml\n(.*?)^```$/gms)]
    .map((match) => ({ where: `${page}:${text.slice(0, match.index).split("\n").length + 1}`, text: match[1]! }))
    .filter((snippet) => /^jobs:/m.test(snippet.text))
    .map(({ where, text: snippet }) => ({
      where,
      // A snippet that only shows jobs belongs to the workflow before it.
      text: /^on:/m.test(snippet) ? snippet : `on: pull_request\n${snippet}`,
    }));
}

/** What actionlint finds, in a repository of its own beside the real action. */
async function lint(found: readonly Workflow[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "wha-workflows-"));
  try {
    mkdirSync(join(folder, ".git"));
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    cpSync(join(REPOSITORY, "action"), join(folder, "action"), { recursive: true });
    found.forEach(({ text }, index) =>
      writeFileSync(join(folder, `.github/workflows/${index}.yml`), text.replace(ACTION, "./action")),
    );
    // Whether shell scripts are looked at must not depend on what else is on the computer.
    const options = ["-shellcheck=", "-pyflakes=", "-no-color", "-format", "{{json .}}"];
    const { code, stdout, stderr } = await command("actionlint", options, { cwd: folder }).catch((error: Error) => {
      throw new Error(`actionlint: ${error.message}. \`npm test\` brings it (tools/third-party.mjs)`, { cause: error });
    });
    expect(code, stderr || stdout).to.be.oneOf([0, 1]);
    const findings = JSON.parse(stdout) as { filepath: string; line: number; message: string }[];
    return findings.map(({ filepath, line, message }) => {
      const index = Number(/(\d+)\.yml$/.exec(filepath)![1]);
      return `${found[index]!.where} (line ${line}): ${message}`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("workflows for GitHub, in the repository and in the docs", function () {
  this.timeout(30_000);

  it("are what actionlint accepts, with inputs that the action has", async () => {
    const all = workflows();
    expect(all.map(({ where }) => where)).to.include(".github/workflows/ci.yml");
    expect(all.filter(({ text }) => ACTION.test(text))).to.have.length.above(1);
    expect(await lint(all)).to.deep.equal([]);
  });

  for (const [mistake, from, to, message] of [
    ["an input that the action doesn't have", "fail-on:", "fail-onn:", /input "fail-onn" is not defined/],
    ["a runner that there isn't", "ubuntu-latest", "ubuntu-lates", /label "ubuntu-lates" is unknown/],
    ["a permission that there isn't", "pull-requests: write", "pull-request: write", /unknown permission scope/],
  ] as const) {
    it(`are read: ${mistake} is found`, async () => {
      const page = "docs/operations/preview-reports.md";
      const [snippet] = snippetsOf(page, read(page).replace(from, to));
      const [finding, ...others] = await lint([snippet!]);
      expect(others).to.deep.equal([]);
      expect(finding).to.match(message);
    });
  }

  it("use the same versions of GitHub's own actions everywhere", () => {
    const used = workflows().flatMap(({ text }) => [...text.matchAll(/uses: (actions\/[\w-]+)@(\S+)/g)]);
    const versions = new Map<string, Set<string>>();
    for (const [, action, version] of used) versions.set(action!, (versions.get(action!) ?? new Set()).add(version!));
    expect(versions.size).to.be.above(2);
    for (const [action, found] of versions) expect([...found], action).to.have.length(1);
  });

  it("of the action itself run scripts that are there", () => {
    const { runs } = parse(read("action/action.yml")) as { runs: { steps: { run?: string }[] } };
    const scripts = runs.steps.flatMap(({ run }) => /\$GITHUB_ACTION_PATH\/([\w-]+\.mjs)/.exec(run ?? "")?.[1] ?? []);
    expect(scripts).to.deep.equal(["report.mjs", "comment.mjs"]);
    for (const script of scripts) expect(read(join("action", script))).to.not.equal("");
  });
});
