import { EXIT } from "@windows-ha/cli";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { runHere, temporaryFolder } from "./support";

const README = readFileSync(resolve(__dirname, "../../../packages/cli/README.md"), "utf8");

describe("the help of windows-ha", () => {
  const folder = temporaryFolder();

  async function helpOf(path: string[]): Promise<string> {
    const { code, out, err } = await runHere([...path, "--help"], folder());
    expect({ code, err }, path.join(" ")).to.deep.equal({ code: 0, err: "" });
    return out;
  }

  /** The names below `Commands:`; a description that goes on begins further right. */
  function commandsIn(help: string): string[] {
    const [, section = ""] = /^Commands:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
    return [...section.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name!).filter((name) => name !== "help");
  }

  async function everyCommand(path: string[] = []): Promise<{ path: string[]; help: string }[]> {
    const help = await helpOf(path);
    const below = await Promise.all(commandsIn(help).map((name) => everyCommand([...path, name])));
    return [{ path, help }, ...below.flat()];
  }

  it("shows each command in use, and what its exit code says", async () => {
    const all = await everyCommand();
    expect(all.map(({ path }) => path.join(" "))).to.include.members(["", "build", "report", "sandbox exec"]);
    expect(all).to.have.length.above(15);
    for (const { path, help } of all) {
      const [, examples = ""] = /^Examples?:\n((?: {2}.*\n)+)/m.exec(help) ?? [];
      expect(examples, path.join(" ")).to.include(["windows-ha", ...path].join(" "));
      const [, exits = ""] = /^Exit codes:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
      expect(exits, path.join(" ")).to.match(/^ {2}0 +done\n {2}1 +failed.*\n {2}2 +the command line is wrong/);
    }
  });

  it("has examples whose command lines are right", async () => {
    for (const { path, help } of await everyCommand()) {
      for (const [, argv] of help.matchAll(/^ {2}(?:\S+.* && )?windows-ha ([a-z].*)$/gm)) {
        const options = [...argv!.split(" -- ")[0]!.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option!);
        const words = argv!.split(" ").slice(0, path.length === 0 ? 2 : path.length);
        const known = await helpOf(words.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith("-")));
        for (const option of options) expect(known, argv).to.include(`${option}`);
      }
    }
  });

  it("fits into 80 columns, but for examples", async () => {
    for (const { path, help } of await everyCommand()) {
      const text = help.split(/^Examples?:$/m)[0]!;
      for (const line of text.split("\n")) expect(line.length, `${path.join(" ")}: ${line}`).to.be.at.most(80);
    }
  });

  it("and the README know the same exit codes", async () => {
    const [, table = ""] = /^## Exit codes\n\n((?:\|.*\n)+)/m.exec(README) ?? [];
    const documented = table.split("\n").flatMap((row) => /^\| (\d+) /.exec(row)?.[1] ?? []);
    const helped = new Set(
      (await everyCommand()).flatMap(({ help }) => {
        const [, exits = ""] = /^Exit codes:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
        return [...exits.matchAll(/^ {2}(\d+)/gm)].map(([, code]) => code!);
      }),
    );
    expect([...helped].sort()).to.deep.equal(documented);
    const own = Object.values(EXIT).filter((code) => code < EXIT.notExecutable);
    expect(documented).to.deep.equal(own.map(String));
  });
});
