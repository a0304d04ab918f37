import { expect } from "chai";
import { pulumiSchema } from "../../../packages/sandbox/src/provider/pulumi-schema";
import schemas from "../../../packages/sandbox/src/azure/schemas.generated.json";

describe("what a stand-in tells YAML about its resources", () => {
  const schema = pulumiSchema("azure-native", schemas as never);

  it("is every emulated resource, with what it requires", () => {
    expect(Object.keys(schema.resources)).to.have.members(Object.keys(schemas.resources));
    expect(schema.resources["azure-native:network:Subnet"]!.requiredInputs).to.deep.equal([
      "resourceGroupName",
      "virtualNetworkName",
    ]);
  });

  it("refers to types that it describes", () => {
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/types\/([^"]+)"/g)].map(([, name]) => name);
    expect(references).to.include("azure-native:network:SubResourceArgs");
    expect(Object.keys(schema.types)).to.include.members(references);
  });

  it("types an output as the input of its name, and leaves others open", () => {
    const { properties } = schema.resources["azure-native:network:Subnet"]!;
    expect(properties["addressPrefixes"]).to.deep.equal({ type: "array", items: { type: "string" } });
    expect(properties["provisioningState"]).to.deep.equal({ $ref: "pulumi.json#/Any" });
  });
});
