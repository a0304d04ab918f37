import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import * as spec from "@windows-ha/spec";
import * as testing from "@windows-ha/testing";
import { expect } from "chai";
import * as components from "windows-ha";
import { REPOSITORY } from "../support/sandbox-stack";
import { checkSnippets, snippetsOf } from "../support/snippets";

const EXPORTED = Object.fromEntries(
  Object.entries({ "@windows-ha/testing": testing, "@windows-ha/spec": spec, "windows-ha": components }).flatMap(
    ([name, exported]) => Object.keys(exported).map((key) => [key, name]),
  ),
);

const FILES = ["docs", "packages", "examples"]
  .flatMap((folder) => markdownBelow(join(REPOSITORY, folder)))
  .concat("README.md")
  .sort();

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownBelow(path);
    return entry.name.endsWith(".md") ? [relative(REPOSITORY, path)] : [];
  });
}

describe("the TypeScript in READMEs and docs", function () {
  this.timeout(180_000);

  it("compiles against the packages", () => {
    const snippets = FILES.flatMap((file) => snippetsOf(REPOSITORY, file));
    expect(snippets).to.have.length.above(15);
    expect(checkSnippets(REPOSITORY, snippets, EXPORTED)).to.deep.equal([]);
  });

  it("would not with an argument or a class that doesn't exist", () => {
    const text = [
      'const orders = new WindowsHaCluster("orders", {',
      "  service: theService,",
      "  machinez: { count: 3 },",
      "});",
      "new WindowHaCluster(orders);",
    ].join("\n");
    expect(checkSnippets(REPOSITORY, [{ file: "page.md", line: 10, text }], EXPORTED)).to.have.lengthOf(2);
    const [argument, name] = checkSnippets(REPOSITORY, [{ file: "page.md", line: 10, text }], EXPORTED);
    expect(argument).to.match(/^page\.md:12 .*machinez/);
    expect(name).to.match(/^page\.md:14 Cannot find name 'WindowHaCluster'/);
  });
});
