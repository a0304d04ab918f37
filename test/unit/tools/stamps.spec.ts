import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { digest, filesBelow, stamp } from "../../../tools/lib/stamps.mjs";

describe("what set-up remembers about a build", () => {
  let folder: string;
  let source: string;
  let product: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-stamps-"));
    source = join(folder, "main.go");
    product = join(folder, "bin", "program");
    mkdirSync(join(folder, "bin"));
    writeFileSync(source, "package main\n");
    writeFileSync(product, "program");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const inputs = (others: string[] = []) => digest(filesBelow(folder), others);
  const mark = () => stamp("it", join(folder, "node_modules", "stamps"));

  it("counts sources, and not what is made of them", () => {
    expect(filesBelow(folder)).to.deep.equal([source]);
  });

  it("is current while sources, tools and products are the same", () => {
    mark().save(inputs(["go1.26"]), [product]);
    expect(mark().isCurrent(inputs(["go1.26"]))).to.equal(true);
  });

  for (const [what, change] of [
    ["a source changed", () => writeFileSync(source, "package other\n")],
    ["a source was added", () => writeFileSync(join(folder, "more.go"), "package main\n")],
    ["a source was removed", () => rmSync(source)],
    ["a product is gone", () => rmSync(product)],
    ["a product was overwritten", () => writeFileSync(product, "something else")],
    ["the build was begun and not finished", () => mark().clear()],
  ] as const) {
    it(`is out of date when ${what}`, () => {
      mark().save(inputs(), [product]);
      change();
      expect(mark().isCurrent(inputs())).to.equal(false);
    });
  }

  it("is out of date when another tool makes it", () => {
    mark().save(inputs(["go1.26"]), [product]);
    expect(mark().isCurrent(inputs(["go1.27"]))).to.equal(false);
  });
});
