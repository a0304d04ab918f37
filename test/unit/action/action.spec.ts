import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parse } from "yaml";
import { command, type CommandResult } from "../../support/command";
import { previewFixture } from "../../support/preview-fixtures";
import { GitHub } from "./github";

interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
}
interface Action {
  inputs: Record<string, { description: string; default: string }>;
  runs: { steps: Step[] };
}

const FOLDER = resolve("action");
const ACTION = parse(readFileSync(join(FOLDER, "action.yml"), "utf8")) as Action;
const CLI = resolve("packages/cli/dist/main.js");

describe("the GitHub action", function () {
  this.timeout(60_000);
  let github: GitHub;
  let folder: string;
  let files: Record<"output" | "summary" | "event", string>;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    github = new GitHub();
    folder = mkdtempSync(join(tmpdir(), "wha-action-"));
    files = { output: join(folder, "output"), summary: join(folder, "summary"), event: join(folder, "event.json") };
    for (const file of Object.values(files)) writeFileSync(file, "");
    writeFileSync(files.event, JSON.stringify({ pull_request: { number: 7 } }));
    env = {
      PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
      GITHUB_ACTION_PATH: FOLDER,
      GITHUB_API_URL: await github.start(),
      GITHUB_REPOSITORY: "team/orders",
      GITHUB_EVENT_PATH: files.event,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: folder,
    };
  });
  afterEach(async () => {
    await github.stop();
    rmSync(folder, { recursive: true });
  });

  /** Runs the steps that have a script, as a runner does: `if` and expressions of this action only. */
  async function runAction(given: Record<string, string>): Promise<{ results: CommandResult[]; code: number }> {
    const inputs: Record<string, string> = { token: "t", command: `${process.execPath} ${CLI}`, ...given };
    const valueOf = (name: string): string => inputs[name] ?? ACTION.inputs[name]!.default;
    const outputs = (): Record<string, string> =>
      Object.fromEntries(
        readFileSync(files.output, "utf8")
          .trim()
          .split("\n")
          .map((line) => line.split("=") as [string, string]),
      );
    const resolved = (text: string): string =>
      text.replaceAll(
        /\$\{\{ (.+?) \}\}/g,
        (_, expression: string) =>
          expression
            .split(" || ")
            .map((one) =>
              one.startsWith("inputs.") ? valueOf(one.slice(7)) : (outputs()[one.split(".").at(-1)!] ?? ""),
            )
            .find(Boolean) ?? "",
      );
    const results: CommandResult[] = [];
    for (const step of ACTION.runs.steps.filter(({ run }) => run !== undefined)) {
      if (step.if?.includes("inputs.comment") && valueOf("comment") !== "true") continue;
      if (step.if?.includes("outputs.") && outputs()["folder"] === undefined) continue;
      const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, resolved(value)]));
      results.push(await command("bash", ["-e", "-c", step.run!], { cwd: folder, env: { ...env, ...own } }));
    }
    return { results, code: results.find(({ code }) => code !== 0)?.code ?? 0 };
  }

  function preview(name: string): string {
    writeFileSync(join(folder, "given.json"), previewFixture(name));
    return "given.json";
  }

  function fakePulumi(script: string): void {
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/pulumi"), `#!/bin/sh\necho "$@" > called\n${script}\n`);
    chmodSync(join(folder, "bin/pulumi"), 0o755);
  }

  it("comments, and puts the same into the summary and the page into a file", async () => {
    const { code } = await runAction({ preview: preview("done-when"), key: "dev" });
    expect(code).to.equal(0);
    expect(github.comments).to.have.lengthOf(1);
    expect(github.comments[0]!.body).to.match(
      /^<!-- windows-ha preview report: dev -->\n### `windows-ha\/dev`\n\n\*\*3 updates/,
    );
    expect(github.comments[0]!.body).to.contain(readFileSync(files.summary, "utf8").trim());
    const made = /^folder=(.*)$/m.exec(readFileSync(files.output, "utf8"))![1]!;
    expect(readFileSync(join(made, "report.html"), "utf8")).to.match(/^<!doctype html>/);
  });

  it("updates its comment with the next preview", async () => {
    await runAction({ preview: preview("done-when") });
    writeFileSync(files.output, "");
    await runAction({ preview: preview("no-change") });
    expect(github.comments.map(({ body }) => body.split("\n").at(-2))).to.deep.equal(["**Nothing changes.**"]);
  });

  it("fails by policy, after it has commented", async () => {
    const { code, results } = await runAction({ preview: preview("done-when"), "fail-on": "replace,port-opened" });
    expect(code).to.equal(5);
    expect(results[0]!.stderr).to.contain("fail-on port-opened: TCP 9090 from 203.0.113.0/24");
    expect(github.comments).to.have.lengthOf(1);
  });

  it("comments on a preview that failed, and fails", async () => {
    const { code } = await runAction({ preview: preview("errored") });
    expect(code).to.equal(1);
    expect(github.comments[0]!.body).to.contain("The preview failed with 1 error");
  });

  it("runs the preview itself when there is none, also one that fails", async () => {
    fakePulumi(`cat '${join(folder, preview("errored"))}'; exit 255`);
    expect((await runAction({ stack: "prod; rm -rf x" })).code).to.equal(1);
    expect(readFileSync(join(folder, "called"), "utf8").trim()).to.equal(
      "preview --json --show-sames --show-replacement-steps --non-interactive --stack prod; rm -rf x",
    );
    expect(github.comments[0]!.body).to.contain("The preview failed with 1 error");
  });

  it("says why there is no report, and writes no comment", async () => {
    fakePulumi("echo 'error: no stack selected' >&2; exit 255");
    const { code, results } = await runAction({});
    expect(code).to.equal(1);
    expect(results[0]!.stdout).to.contain("::error::pulumi printed no preview");
    expect(github.comments).to.deep.equal([]);
  });

  it("only warns when the token may not comment, as on pull requests from forks", async () => {
    github.mayWrite = false;
    const { code, results } = await runAction({ preview: preview("done-when") });
    expect(code).to.equal(0);
    expect(results[1]!.stdout).to.match(/^::warning::No comment: .*Resource not accessible by integration/);
    expect(readFileSync(files.summary, "utf8")).to.contain("3 updates");
  });

  it("leaves the comment out when told to, and outside of pull requests", async () => {
    expect((await runAction({ preview: preview("done-when"), comment: "false" })).code).to.equal(0);
    writeFileSync(files.event, JSON.stringify({ ref: "refs/heads/main" }));
    const { results } = await runAction({ preview: preview("done-when") });
    expect(results[1]!.stdout).to.contain("::notice::This isn't a pull request");
    expect(github.comments).to.deep.equal([]);
  });

  it("puts nothing that others write into a script", () => {
    const scripts = ACTION.runs.steps.flatMap(({ run }) => run ?? []);
    expect(scripts.filter((script) => script.includes("${{"))).to.deep.equal([]);
  });

  it("uses inputs that there are, and describes each", () => {
    const text = readFileSync(join(FOLDER, "action.yml"), "utf8");
    const used = new Set([...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name));
    expect([...used].sort()).to.deep.equal(Object.keys(ACTION.inputs).sort());
  });
});
