import { expect } from "chai";
import { withoutPendingCreates } from "../../../tools/lib/pending-creates.mjs";

const GROUP = "/subscriptions/0/resourceGroups/shop1a2b";
const TYPE = "azure-native:compute:VirtualMachineScaleSet";
const scaleSet = (name: string, group = GROUP) => ({
  id: `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`,
  type: TYPE,
  name,
});
const begun = (name: string, type = "creating") => ({
  type,
  resource: {
    urn: `urn:pulumi:dev::shop::${TYPE}::machines`,
    type: TYPE,
    custom: true,
    inputs: { vmScaleSetName: name, resourceGroupName: "shop1a2b" },
  },
});
const group = { urn: "urn:pulumi:dev::shop::group::shop", id: GROUP };

describe("the state after a Pulumi that was killed while it created something", () => {
  it("is left alone when nothing is pending", () => {
    expect(withoutPendingCreates({ resources: [group] }, [])).to.equal(undefined);
  });

  it("gets what exists as something to delete, so that no second one stands beside it", () => {
    const operation = begun("machines01");
    const corrected = withoutPendingCreates({ resources: [group], pending_operations: [operation] }, [
      scaleSet("machines01"),
    ]);
    const { id } = scaleSet("machines01");
    expect(corrected).to.deep.equal({
      deployment: { resources: [group, { ...operation.resource, id, delete: true }], pending_operations: [] },
      found: [id],
    });
  });

  it("forgets what was never created", () => {
    const corrected = withoutPendingCreates({ resources: [group], pending_operations: [begun("machines01")] }, []);
    expect(corrected).to.deep.equal({ deployment: { resources: [group], pending_operations: [] }, found: [] });
  });

  it("touches nothing that has another name, type or resource group, or that the state has already", () => {
    const known = { urn: "urn:pulumi:dev::shop::old", id: scaleSet("machines01").id };
    const others = [
      scaleSet("machines02"),
      { ...scaleSet("machines01"), id: `${GROUP}/other`, type: "azure-native:network:LoadBalancer" },
      scaleSet("machines01", "/subscriptions/0/resourceGroups/another"),
      scaleSet("machines01"),
    ];
    const corrected = withoutPendingCreates({ resources: [known], pending_operations: [begun("machines01")] }, others);
    expect(corrected?.found).to.deep.equal([]);
  });

  it("keeps pending updates and deletions: an up repeats them", () => {
    const update = begun("machines00", "updating");
    const corrected = withoutPendingCreates({ pending_operations: [update, begun("machines01")] }, []);
    expect(corrected?.deployment).to.deep.equal({ resources: [], pending_operations: [update] });
  });
});
