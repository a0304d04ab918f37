import { expect } from "chai";
import { checkRequirements } from "../../../tools/lib/requirements.mjs";
import { inRange } from "../../../tools/lib/versions.mjs";

const node = {
  title: "Node.js",
  accepted: { atLeast: "20.0.0" },
  ask: [process.execPath, "--version"],
  from: "nodejs.org",
};

describe("what has to be on the computer", () => {
  it("is reported with its version when it is there", async () => {
    expect(await checkRequirements([node])).to.deep.equal([{ title: "Node.js", version: process.versions.node }]);
  });

  it("is named all at once when it is missing or too old, with where to get it", async () => {
    const tooOld = { ...node, accepted: { atLeast: "99.1.0" } };
    const missing = { title: "Go", accepted: { atLeast: "1.26.0" }, ask: ["no-such-go", "version"], from: "go.dev" };
    const error = await checkRequirements([tooOld, missing]).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message.split("\n").slice(1, 3)).to.deep.equal([
      `  - Node.js 99.1.0 or later: found ${process.version}. Get it from nodejs.org`,
      "  - Go 1.26.0 or later: not found on PATH. Get it from go.dev",
    ]);
  });
});

describe("a version range", () => {
  const range = { atLeast: "3.248.0", below: "4.0.0" };
  for (const [text, expected] of [
    ["v3.248.0", true],
    ["v3.259.0-alpha.1+dirty", true],
    ["go1.26.8", false],
    ["3.247.9", false],
    ["4.0.0", false],
    ["3.1000.0", true],
    ["none", false],
  ] as const) {
    it(`${expected ? "has" : "hasn't"} ${text}`, () => {
      expect(inRange(text, range)).to.equal(expected);
    });
  }
});
