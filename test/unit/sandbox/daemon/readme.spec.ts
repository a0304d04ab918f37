import { expect } from "chai";
import { readFileSync } from "node:fs";
import { ALLOWED_DIFFERENCES } from "../../../../packages/sandbox/src/machines/allowed-differences";

describe("the sandbox's README", () => {
  it("lists every allowed difference from Azure, and no other", () => {
    const readme = readFileSync("packages/sandbox/README.md", "utf8");
    const section = /## What differs from Azure\n(.*?)\n## /s.exec(readme)![1]!;
    const rows = section.split("\n").filter((line) => line.startsWith("|"));
    const cells = rows.slice(2).map((row) =>
      row
        .split("|")
        .slice(1, 3)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
    expect(cells).to.deep.equal(ALLOWED_DIFFERENCES.map(({ what, why }) => [what, why]));
  });
});
