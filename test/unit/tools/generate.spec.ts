import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { GENERATED_FILES, generatedText, staleFiles } from "../../../tools/generate";

const ROOT = join(__dirname, "../../..");

describe("tools/generate", function () {
  this.timeout(60_000);

  it("has every generated file committed as its types say", async () => {
    expect(await staleFiles()).to.deep.equal([]);
  });

  it("notices a file that isn't what its types say", async () => {
    const [schema] = GENERATED_FILES;
    const other = { ...schema!, path: "package.json" };
    expect(await staleFiles([other])).to.deep.equal([other]);
  });

  it("brings ranges, patterns and integers from the doc comments into the agent's schema", async () => {
    const [file] = GENERATED_FILES;
    const text = await generatedText(file!);
    expect(readFileSync(join(ROOT, file!.path), "utf8")).to.equal(text);
    const { definitions } = JSON.parse(text) as { definitions: Record<string, { properties: object }> };
    expect(definitions.AgentService?.properties).to.deep.include.keys("name", "port");
    expect(definitions.AgentService).to.have.nested.property("properties.port.type", "integer");
    expect(definitions.AgentService).to.have.nested.property("properties.port.maximum", 65535);
    expect(definitions.AgentArtifact).to.have.nested.property("properties.sha256.pattern", "^[0-9a-f]{64}$");
    expect(definitions.AgentSpec).to.have.nested.property("additionalProperties", false);
    expect(definitions.AgentSpec).to.have.nested.property("properties.artifacts.minItems", 1);
  });
});
