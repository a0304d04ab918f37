import { expect } from "chai";
import type { RecordedResource, Recording } from "@windows-ha/testing";
import { longestChain } from "../../../bench/flat/longest-chain";
import { recordProgram, writeComparison, type Comparison } from "../../../bench/flat/programs";

const RELEASE = {
  version: "1.4.2",
  artifact: { url: "https://files.example.com/orders.exe", sha256: "a".repeat(64) },
  agent: { url: "https://files.example.com/windows-ha-agent.exe", sha256: "b".repeat(64) },
};

describe("the flat program that the cluster is compared with", function () {
  this.timeout(20_000);
  let programs: Comparison;
  let component: Recording;
  let flat: Recording;

  before(async () => {
    programs = await writeComparison(RELEASE, `test-${process.pid}`);
    component = await recordProgram(programs.component);
    flat = await recordProgram(programs.flat);
  });

  after(() => programs?.remove());

  it("declares the same custom resources with the same inputs, secrets and options", () => {
    expect(flat.resources.map(comparable)).to.deep.equal(customOf(component).map(comparable));
  });

  it("takes the same values from the same resources", () => {
    expect(flat.resources.map(dependencies)).to.deep.equal(customOf(component).map(dependencies));
  });

  it("has no component", () => {
    expect(flat.resources.filter(({ custom }) => !custom)).to.deep.equal([]);
  });

  it("has a longest chain that the cluster's is not longer than", () => {
    expect(longestChain(component).length).to.be.at.most(longestChain(flat).length);
  });
});

describe("the longest chain of a recording", () => {
  const resource = (name: string, dependsOn: string[], custom = true): RecordedResource =>
    ({ urn: name, name, dependsOn, custom }) as RecordedResource;

  it("is the one with most resources, whatever their order", () => {
    const resources = [resource("d", ["b", "c"]), resource("a", []), resource("b", ["a"]), resource("c", [])];
    expect(longestChain({ resources })).to.deep.equal(["a", "b", "d"]);
  });

  it("passes through a component without counting it", () => {
    const resources = [resource("a", []), resource("part", ["a"], false), resource("b", ["part"])];
    expect(longestChain({ resources })).to.deep.equal(["a", "b"]);
  });

  it("is empty when nothing was declared", () => {
    expect(longestChain({ resources: [] })).to.deep.equal([]);
  });
});

const customOf = ({ resources }: Recording): RecordedResource[] => resources.filter(({ custom }) => custom);

function comparable(resource: RecordedResource): object {
  const inputs: object = resource.inputs;
  const { type, name, secretPaths, additionalSecretOutputs, customTimeouts, ignoreChanges } = resource;
  const { protect, retainOnDelete, deleteBeforeReplace, replaceOnChanges } = resource;
  return {
    ...{ type, name, inputs, secretPaths, customTimeouts, ignoreChanges },
    additionalSecretOutputs: [...new Set(additionalSecretOutputs)].sort(),
    ...{ protect, retainOnDelete, deleteBeforeReplace, replaceOnChanges },
  };
}

/** By name: the parents in the URNs differ. */
function dependencies({ name, propertyDependencies }: RecordedResource): object {
  const names = (urns: string[]): string[] => urns.map((urn) => urn.split("::").at(-1)!).sort();
  const byInput = Object.entries(propertyDependencies).map(([input, urns]) => [input, names(urns)]);
  return { name, propertyDependencies: Object.fromEntries(byInput) as object };
}
