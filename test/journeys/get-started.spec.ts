import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { command, succeed } from "../support/command";
import { release } from "../support/release";
import { REPOSITORY } from "../support/sandbox-stack";

interface Step {
  title: string;
  blocks: { language: string; text: string }[];
}

/** The numbered sections of the page, each with its blocks of code in their order. */
function stepsOf(page: string): Step[] {
  return page
    .split(/^## /m)
    .filter((section) => /^\d+\. /.test(section))
    .map((section) => ({
      title: section.slice(0, section.indexOf("\n")),
      blocks: [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
        language: language!,
        text: text!,
      })),
    }));
}

const STEPS = stepsOf(readFileSync(join(REPOSITORY, "docs/get-started.md"), "utf8"));
/** What a step has to show, by the beginning of its title; the others just have to succeed. */
const SHOWS: Record<string, RegExp> = {
  "3": /at worst 17 s[^]*Cost[^]*USD a month/,
  "4": /running +\w+ +1\.0\.0\n[^]*\nshop 1\.0\.0 on 127\.\d+\.\d+\.\d+:8080\n$/,
  "5": /^stopped shop\w+\nshop 1\.0\.0 on .*\nstarted shop\w+\n$/,
  "6": /\nshop 1\.1\.0 on 127\./,
  "7": /removed its folder/,
};

describe("docs/get-started.md, as somebody follows it", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-get-started-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: "1",
    // The command of a pnpm workspace sets it, and everything of the checkout would be found by it.
    NODE_PATH: "",
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  };
  const state = join(folder, "shell-state");

  before(async () => {
    const { registry } = await release();
    Object.assign(env, registry.env, { npm_config_audit: "false", npm_config_fund: "false" });
    mkdirSync(join(folder, "home"));
    writeFileSync(state, `cd '${join(folder, "home")}'\n`);
  });
  after(async () => {
    const project = join(folder, "home/shop");
    await command("npx", ["windows-ha", "sandbox", "down"], { cwd: project, env }).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  /** One shell after the other, each in the folder and with the variables in which the former one ended. */
  function inShell(text: string): Promise<string> {
    const keep = `{ echo "cd '$PWD'"; declare -p url machine 2>/dev/null; } > '${state}'`;
    const script = `set -euo pipefail\nsource '${state}'\n${text}\n${keep} || true\n`;
    return succeed("bash", ["-c", script], { cwd: folder, env, timeoutSeconds: 300 });
  }

  it("has seven steps", () => {
    expect(STEPS.map(({ title }) => title)).to.have.length(7);
  });

  for (const { title, blocks } of STEPS) {
    it(title, async () => {
      let shown = "";
      for (const { language, text } of blocks) {
        if (language === "sh") shown += await inShell(text);
        else {
          const [, file] = /^\/\/ (\S+)\n/.exec(text)!;
          await inShell(`cat > '${file}' <<'END-OF-THE-FILE'\n${text}END-OF-THE-FILE`);
        }
      }
      const expected = SHOWS[title[0]!];
      if (expected) expect(shown).to.match(expected);
    });
  }
});
