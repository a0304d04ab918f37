import Ajv from "ajv";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

describe("docs/operations/group-policy.md", () => {
  const page = readFileSync(join(ROOT, "docs/operations/group-policy.md"), "utf8");
  const schema = readFileSync(join(ROOT, "packages/agent/internal/spec/agent-spec.schema.json"), "utf8");
  const validate = new Ajv({ allErrors: true }).compile(JSON.parse(schema) as object);
  const document = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!) as Record<string, unknown>;

  it("shows a document that the agent takes", () => {
    expect(validate(document), JSON.stringify(validate.errors)).to.equal(true);
  });

  it("would show if it didn't", () => {
    expect(validate({ ...document, releasesToKeep: 0 })).to.equal(false);
  });
});
