import { expect } from "chai";
import { RESOURCE_TYPES } from "../../../packages/sandbox/src/azure/resource-types";
import { updating } from "./support";

/** What the sandbox refuses in other words: it looks at both values, and the report at the property alone. */
const DIFFERENTLY: Record<string, string> = {
  "compute:VirtualMachineScaleSet zones": "adding one is taken",
  "compute:VirtualMachineScaleSet singlePlacementGroup": "one direction is refused",
  "storage:StorageAccount sku.name": "some changes are taken",
  "compute:Disk diskSizeGB": "growing is taken",
  "containerservice:ManagedCluster kubernetesVersion": "the next minor version is taken",
  "containerservice:ManagedCluster windowsProfile": "adding one is refused",
};

/** Inputs in which a value stands at a path such as `probes[0].port` or `rules[].id`. */
function inputsWith(path: string, value: unknown): Record<string, unknown> {
  const build = ([first, ...rest]: string[]): unknown => {
    if (first === undefined) return value;
    const inner = build(rest);
    return first === "[]" ? [{ name: "one", ...(inner as object) }] : { [first]: inner };
  };
  return build(path.replaceAll(/\[\d*\]/g, ".[]").split(".")) as Record<string, unknown>;
}

describe("the table of effects against the sandbox, which was written from Azure's documentation, too", () => {
  for (const [token, { immutables = [] }] of RESOURCE_TYPES) {
    const type = token.replace("azure-native:", "");
    for (const { path } of immutables) {
      const title = `${type} ${path}`;
      if (title in DIFFERENTLY) continue;
      it(`refuses ${title}`, () => {
        const [change] = updating(type, inputsWith(path, "a"), inputsWith(path, "b")).changes;
        expect(change!.effect, change!.why).to.equal("refused");
      });
    }

    it(`knows ${type}`, () => {
      const { changes, interruptions } = updating(type, {}, {}, { op: "delete", newState: undefined });
      expect(changes[0]!.effect).to.equal("deletes");
      expect(interruptions.map(({ why }) => why)).not.to.include("nothing here knows whom it serves");
    });
  }

  it("has only exceptions that there are", () => {
    const all = [...RESOURCE_TYPES].flatMap(([token, { immutables = [] }]) =>
      immutables.map(({ path }) => `${token.replace("azure-native:", "")} ${path}`),
    );
    expect(all).to.include.members(Object.keys(DIFFERENTLY));
  });
});
