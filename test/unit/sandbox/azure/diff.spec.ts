import { expect } from "chai";
import { UNKNOWN } from "../../../../packages/sandbox/src/provider";
import { Harness } from "./harness";
import { changed, VALID, type ShortType } from "./valid-inputs";

const REPLACED: [type: ShortType, path: string, value: unknown][] = [
  ["group", "location", "northeurope"],
  ["network", "location", "northeurope"],
  ["network", "virtualNetworkName", "other"],
  ["address", "sku.name", "Standard"],
  ["address", "publicIPAddressVersion", "IPv6"],
  ["subnet", "virtualNetworkName", "other"],
  ["balancer", "resourceGroupName", "other"],
  ["scaleSet", "vmScaleSetName", "other"],
];

const UPDATED: [type: ShortType, path: string, value: unknown][] = [
  ["network", "addressSpace.addressPrefixes[0]", "10.0.0.0/15"],
  ["balancer", "probes[0].port", 8081],
  ["firewall", "location", "northeurope"],
  // Azure refuses these two; the preview can't know it.
  ["scaleSet", "zones[2]", undefined],
  ["scaleSet", "virtualMachineProfile.osProfile.adminUsername", "somebody"],
];

describe("sandbox: differences as azure-native sees them", () => {
  let azure: Harness;
  before(() => (azure = new Harness()));
  after(() => azure.dispose());

  for (const [type, path, value] of REPLACED) {
    it(`replaces a ${type} when ${path} changes`, () => {
      const { changes } = azure.diff(type, VALID[type], changed(VALID[type], path, value));
      expect([...changes.keys()]).to.deep.equal([path]);
      expect(changes.get(path)!.replaces).to.equal(true);
    });
  }

  for (const [type, path, value] of UPDATED) {
    it(`updates a ${type} when ${path} changes`, () => {
      const { changes } = azure.diff(type, VALID[type], changed(VALID[type], path, value));
      expect([...changes.values()].map((change) => change.replaces)).to.deep.equal([false]);
    });
  }

  it("says what was added, changed and removed, by path", () => {
    const olds = { ...VALID.network, tags: { keep: "1", change: "1", "with.dot": "1" } };
    const news = { ...VALID.network, tags: { keep: "1", change: "2", added: "3" } };
    const { changes } = azure.diff("network", olds, news);
    expect(Object.fromEntries([...changes].map(([path, change]) => [path, change.kind]))).to.deep.equal({
      "tags.change": "update",
      'tags["with.dot"]': "delete",
      "tags.added": "add",
    });
  });

  it("compares lists by index", () => {
    const [probe] = VALID.balancer.probes;
    const { changes } = azure.diff("balancer", VALID.balancer, {
      ...VALID.balancer,
      probes: [{ ...probe!, name: "first" }, probe!],
    });
    expect([...changes.keys()]).to.deep.equal(["probes[0].name", "probes[1]"]);
  });

  it("sees no difference between missing and undefined, nor in how a location is written", () => {
    const { changes } = azure.diff("network", VALID.network, {
      ...VALID.network,
      tags: undefined,
      location: "West Europe",
    });
    expect(changes.size).to.equal(0);
  });

  it("takes an unknown value for a change", () => {
    const { changes } = azure.diff("group", VALID.group, { ...VALID.group, location: UNKNOWN });
    expect(changes.get("location")).to.deep.equal({ kind: "update", replaces: true });
  });

  it("creates the replacement first when the name is random, and last when it is fixed", () => {
    const olds = { ...VALID.group, __createBeforeDelete: true };
    expect(azure.diff("group", olds, { ...olds, location: "northeurope" }).deleteBeforeReplace).to.equal(false);
    expect(azure.diff("group", VALID.group, { ...VALID.group, location: "northeurope" }).deleteBeforeReplace).to.equal(
      true,
    );
  });
});
