import { expect } from "chai";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Paths in a Markdown text that lead to files, without the part behind `#`. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!.split("#")[0]!).filter(isPath);
}

const isPath = (target: string): boolean => target !== "" && !/^[a-z]+:/.test(target);

/** Links that lead nowhere. */
function broken(file: string, text: string): string[] {
  return linksOf(text).filter((target) => !existsSync(join(ROOT, dirname(file), target)));
}

describe("the documentation", () => {
  const pages = globSync(["*.md", "docs/**/*.md", "examples/*/README.md", "packages/*/README.md"], { cwd: ROOT });

  for (const page of pages.sort()) {
    it(`has only links that lead somewhere in ${page}`, () => {
      expect(broken(page, read(page))).to.deep.equal([]);
    });
  }

  it("is checked: a link to a page that isn't there is found", () => {
    expect(broken("README.md", "see [this](docs/unproven.md#top), [that](docs/no-such.md)")).to.deep.equal([
      "docs/no-such.md",
    ]);
  });

  it("has an index that leads to every page", () => {
    const linked = linksOf(read("docs/README.md")).map((target) => relative(ROOT, resolve(ROOT, "docs", target)));
    // The folder of decisions has an index of its own.
    const wanted = pages.filter((page) => page.startsWith("docs/") && !page.startsWith("docs/decisions/0"));
    expect(linked).to.include.members(wanted.filter((page) => page !== "docs/README.md"));
  });
});

describe("the table of what has not been shown", () => {
  const named = [...read("docs/unproven.md").matchAll(/`test\/azure`: (.+?) *\|/g)].map(([, title]) => title!);
  const titles = globSync("test/azure/**/*.spec.ts", { cwd: ROOT }).flatMap((file) =>
    [...read(file).matchAll(/^\s*it\("([^"]+)"/gm)].map(([, title]) => title!),
  );

  it("names tests that there are", () => {
    expect(named).to.have.length.above(5);
    expect(titles).to.include.members(named);
  });

  it("names every test that only a real subscription can run", () => {
    expect(named).to.include.members(titles);
  });
});
