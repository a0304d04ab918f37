import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

describe("testing: README", () => {
  it("shows the example that runs here as a test", () => {
    const readme = readFileSync(join(__dirname, "../../../packages/testing/README.md"), "utf8");
    const example = readFileSync(join(__dirname, "readme-example.spec.ts"), "utf8");
    expect(/```ts\n([^]*?)```/.exec(readme)?.[1]).to.equal(example);
  });
});
