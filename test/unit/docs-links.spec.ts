import { expect } from "chai";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** What links in a Markdown text lead to, the part behind `#` included. */
function linksOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!).filter(isHere);
}

const isHere = (target: string): boolean => !/^[a-z]+:/.test(target);
const fileOf = (target: string): string => target.split("#")[0]!;

/** In a block of code nothing is a link, and a comment is no heading. */
const withoutCode = (text: string): string => text.replace(/^```.*?^```$/gms, "");

/** The names by which headings can be reached, as GitHub gives them. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const slug = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set(anchors);
}

/** Links that lead nowhere: to no file, or to no heading of a page. */
function broken(file: string, text: string): string[] {
  return linksOf(text).filter((target) => {
    const path = fileOf(target);
    const anchor = target.slice(path.length + 1);
    const there = path === "" ? file : join(dirname(file), path);
    if (!existsSync(join(ROOT, there))) return true;
    return anchor !== "" && there.endsWith(".md") && !anchorsOf(path === "" ? text : read(there)).has(anchor);
  });
}

describe("the documentation", () => {
  const pages = globSync(["*.md", "docs/**/*.md", "examples/**/README.md", "packages/*/README.md"], { cwd: ROOT });

  for (const page of pages.sort()) {
    it(`has only links that lead somewhere in ${page}`, () => {
      expect(broken(page, read(page))).to.deep.equal([]);
    });
  }

  it("is checked: a link to a page that isn't there is found", () => {
    const text = "see [this](docs/unproven.md), [that](docs/no-such.md)\n\n```sh\nnot](a-link)\n```\n";
    expect(broken("README.md", text)).to.deep.equal(["docs/no-such.md"]);
  });

  it("is checked: a link to a heading that isn't there is found, in the same page and in another one", () => {
    const text =
      "# One `windows-ha up`, two\n\n[a](#one-windows-ha-up-two) [b](#two) [c](docs/limits.md#of-windows) [d](docs/limits.md#of-linux)";
    expect(broken("README.md", text)).to.deep.equal(["#two", "docs/limits.md#of-linux"]);
  });

  it("tells a heading that stands there twice apart", () => {
    expect([...anchorsOf("# A\n## B c\n## B c\n")]).to.deep.equal(["a", "b-c", "b-c-1"]);
  });

  it("says who OWNER is wherever it stands for a name", () => {
    const owning = pages.filter((page) => /\bOWNER\b/.test(read(page)));
    expect(owning).to.include("docs/operations/preview-reports.md");
    for (const page of owning) expect(read(page), page).to.match(/`OWNER` is|place of `OWNER`/);
  });

  it("shows each component in use", () => {
    for (const page of pages.filter((one) => one.startsWith("docs/components/")))
      expect(read(page), page).to.match(/^```(ts|yaml)$/m);
  });

  it("has an index that leads to every page", () => {
    const linked = linksOf(read("docs/README.md")).map((target) =>
      relative(ROOT, resolve(ROOT, "docs", fileOf(target))),
    );
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
