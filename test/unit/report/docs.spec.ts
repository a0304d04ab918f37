import { expect } from "chai";
import { readFileSync } from "node:fs";
import { EFFECTS, POLICIES, renderMarkdown, renderTerminal } from "@windows-ha/report";
import { reportOf } from "./support";

const read = (file: string): string => readFileSync(file, "utf8");

describe("what the documentation says of reports", () => {
  it("shows the report that the recorded preview gives", () => {
    const shown = /```text\n([^]*?)```/.exec(read("docs/operations/preview-reports.md"))![1]!;
    expect(shown).to.equal(renderTerminal(reportOf("done-when")));
  });

  it("quotes the comment in the README", () => {
    const lines = read("README.md")
      .split("\n")
      .filter((line) => /^> (\*\*3|\| (Switchover|Open ports))/.test(line));
    const plain = (line: string): string => line.replaceAll(/\s+/g, " ").trim();
    const comment = renderMarkdown(reportOf("done-when")).split("\n").map(plain);
    expect(lines).to.have.lengthOf(3);
    for (const line of lines) expect(comment).to.include(plain(line.slice(2)));
  });

  it("names every effect, and every policy of the command", () => {
    const effects = [...read("packages/report/README.md").matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    expect(effects).to.deep.equal([...EFFECTS]);
    const option = /`--fail-on <policies>`\s+\| (.*?), separated/.exec(read("packages/cli/README.md"))![1]!;
    expect([...option.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)).to.deep.equal(POLICIES);
  });
});
