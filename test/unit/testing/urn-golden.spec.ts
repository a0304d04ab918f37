import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectUrnGolden, record } from "@windows-ha/testing";
import { expect } from "chai";
import { Site } from "./components";
import { failureOf } from "./failure";

describe("testing: expectUrnGolden", () => {
  let folder: string;
  let file: string;
  const variables = ["CI", "UPDATE_GOLDEN"] as const;
  const former: Partial<Record<(typeof variables)[number], string>> = {};

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "urn-golden-"));
    file = join(folder, "nested", "urns.txt");
    for (const name of variables) {
      former[name] = process.env[name];
      delete process.env[name];
    }
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const name of variables) {
      if (former[name] === undefined) delete process.env[name];
      else process.env[name] = former[name];
    }
  });

  it("writes a missing file outside CI, sorted, one URN a line", () => {
    expectUrnGolden(["urn:b", "urn:a"], file);
    expect(readFileSync(file, "utf8")).to.equal("urn:a\nurn:b\n");
    expectUrnGolden(["urn:a", "urn:b"], file);
  });

  it("fails for a missing file in CI, and writes none", () => {
    process.env.CI = "true";
    expect(failureOf(() => expectUrnGolden(["urn:a"], file))).to.match(/is missing.*UPDATE_GOLDEN=1/);
    expect(existsSync(file)).to.equal(false);
  });

  it("fails when a resource is renamed, and shows both URNs and the ways out", async () => {
    expectUrnGolden(await record(() => new Site("orders")), file);
    expectUrnGolden(await record(() => new Site("orders"), { preview: true }), file);
    const message = failureOf(() => expectUrnGolden(["urn:new"], file));
    expect(message)
      .to.contain("  + urn:new\n")
      .and.to.match(/ {2}- urn:.*::orders-network\n/);
    expect(message).to.contain("aliases").and.to.contain("UPDATE_GOLDEN=1");
  });

  it("notices a URN that stands twice", () => {
    expectUrnGolden(["urn:a"], file);
    expect(failureOf(() => expectUrnGolden(["urn:a", "urn:a"], file))).to.contain("  + urn:a\n");
  });

  it("writes the file anew when told to, by argument or by variable", () => {
    expectUrnGolden(["urn:a"], file);
    expectUrnGolden(["urn:b"], file, { update: true });
    process.env.UPDATE_GOLDEN = "0";
    failureOf(() => expectUrnGolden(["urn:c"], file));
    process.env.UPDATE_GOLDEN = "1";
    expectUrnGolden(["urn:c"], file);
    expect(readFileSync(file, "utf8")).to.equal("urn:c\n");
  });

  it("reads a file that Git checked out with Windows line ends", () => {
    expectUrnGolden(["urn:a"], file);
    writeFileSync(file, "urn:a\r\n");
    expectUrnGolden(["urn:a"], file);
  });
});
