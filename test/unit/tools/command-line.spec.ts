import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { HelpAsked, readOptions, WrongCommandLine } from "../../../tools/lib/command-line.mjs";

const ROOT = join(__dirname, "../../..");
const USAGE = {
  command: "npm run wash --",
  does: "Washes.",
  options: {
    soap: { type: "boolean" as const, negative: true, says: "with soap" },
    degrees: { type: "string" as const, value: "<degrees>", says: "how hot" },
  },
};

describe("the command line of a tool", () => {
  it("gives what was said, and nothing of what wasn't", () => {
    expect({ ...readOptions(USAGE, ["--no-soap", "--degrees", "40"]) }).to.deep.equal({ soap: false, degrees: "40" });
    expect({ ...readOptions(USAGE, []) }).to.deep.equal({});
  });

  for (const [what, args] of [
    ["Unknown option '--soup'", ["--soup"]],
    ["Unexpected argument 'hot'", ["hot"]],
    ["Option '--degrees <value>' argument missing", ["--degrees"]],
  ] as const) {
    it(`that has a mistake is answered with it and with what there is: ${what}`, () => {
      expect(() => readOptions(USAGE, [...args])).to.throw(
        WrongCommandLine,
        `${what}. There are: --soap, --no-soap, --degrees <degrees>, --help. More: npm run wash -- --help`,
      );
    });
  }

  it("that asks for help gets a page", () => {
    expect(() => readOptions(USAGE, ["--help"])).to.throw(
      HelpAsked,
      /^ {2}--\[no-\]soap +with soap\n {2}--degrees <degrees> +how hot$/m,
    );
  });

  for (const tool of ["start", "test", "test-azure"]) {
    it(`of tools/${tool}.mjs is read before anything starts`, () => {
      const run = (...args: string[]) =>
        spawnSync(process.execPath, [`tools/${tool}.mjs`, ...args], { cwd: ROOT, encoding: "utf8", timeout: 20_000 });
      const help = run("--help");
      expect({ status: help.status, stderr: help.stderr }).to.deep.equal({ status: 0, stderr: "" });
      expect(help.stdout).to.match(/^Usage: npm /);
      const wrong = run("--halp");
      expect({ status: wrong.status, stdout: wrong.stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(wrong.stderr).to.match(/^Unknown option '--halp'\. There are: --.+\. More: npm .+ --help\n$/);
    });
  }
});
