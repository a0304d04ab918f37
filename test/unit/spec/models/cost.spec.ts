import { expect } from "chai";
import fc from "fast-check";
import { costEstimate, MACHINE_PRICES, OS_DISK_PRICES, type CostInput } from "@windows-ha/spec";

const CLUSTER: CostInput = {
  machines: 3,
  size: "Standard_D2s_v5",
  osDiskType: "Premium_LRS",
  loadBalancers: 1,
  balancingRules: 1,
  natGateways: 1,
  publicIps: 1,
};

describe("costEstimate", () => {
  it("adds up the parts and says no more than two digits", () => {
    const { usdPerMonth, items, unknown } = costEstimate(CLUSTER);
    expect(usdPerMonth).to.equal(530);
    expect(items.map(({ item, quantity, usdPerMonth: usd }) => `${quantity} × ${item}: ${usd}`)).to.deep.equal([
      "3 × machine Standard_D2s_v5 with Windows: 410",
      "3 × system disk Premium_LRS of 127 GB: 59",
      "1 × load balancer: 18",
      "1 × NAT gateway: 33",
      "1 × public address: 3.6",
    ]);
    expect(unknown).to.deep.equal([]);
  });

  it("says of a size that it doesn't know that it is unknown, and guesses no total", () => {
    const estimate = costEstimate({ ...CLUSTER, size: "Standard_M416s_v2" });
    expect(estimate).not.to.have.property("usdPerMonth");
    expect(estimate.items[0]).to.deep.equal({ item: "machine Standard_M416s_v2 with Windows", quantity: 3 });
    expect(estimate.items[1]).to.include({ usdPerMonth: 59 });
    expect(estimate.unknown).to.deep.equal(["machine Standard_M416s_v2 with Windows"]);
  });

  it("takes no name that every object has for a size", () => {
    expect(costEstimate({ ...CLUSTER, size: "constructor" }).unknown).to.have.lengthOf(1);
  });

  it("lists nothing that isn't there, not even as unknown", () => {
    const none = { ...CLUSTER, size: "Standard_M416s_v2", machines: 0, loadBalancers: 0, natGateways: 0, publicIps: 0 };
    expect(costEstimate(none)).to.deep.include({ items: [], unknown: [], usdPerMonth: 0 });
  });

  it("knows the disks of one step of Azure's sizes only", () => {
    const unknown = (osDiskSizeGb: number): string[] => costEstimate({ ...CLUSTER, osDiskSizeGb }).unknown;
    expect([65, 127, 128].flatMap(unknown)).to.deep.equal([]);
    expect([64, 129, 1024].flatMap(unknown)).to.deep.equal([
      "system disk Premium_LRS of 64 GB",
      "system disk Premium_LRS of 129 GB",
      "system disk Premium_LRS of 1024 GB",
    ]);
  });

  it("charges no Windows to who has it, half of a small machine's price", () => {
    const [machine] = costEstimate({ ...CLUSTER, hybridBenefit: true }).items;
    expect(machine).to.deep.include({ item: "machine Standard_D2s_v5 without a Windows licence", usdPerMonth: 210 });
  });

  it("charges each rule beyond five", () => {
    const rules = (balancingRules: number): unknown =>
      costEstimate({ ...CLUSTER, balancingRules }).items.find(({ item }) => item.includes("rule"));
    expect(rules(5)).to.equal(undefined);
    expect(rules(8)).to.deep.equal({ item: "load-balancing rule beyond 5", quantity: 3, usdPerMonth: 22 });
  });

  it("has a price for every disk that a cluster takes, larger for more copies and better disks", () => {
    const { Premium_LRS, Premium_ZRS, StandardSSD_LRS, StandardSSD_ZRS } = OS_DISK_PRICES as Record<string, number>;
    expect(Premium_ZRS).to.be.above(Premium_LRS!);
    expect(StandardSSD_ZRS).to.be.above(StandardSSD_LRS!);
    expect(Premium_LRS).to.be.above(StandardSSD_LRS!);
  });

  it("has prices that grow in step with a family's processors, as Azure's do", () => {
    for (const [size, { vcpus, usdPerMonth }] of Object.entries(MACHINE_PRICES)) {
      const [, family, processors, rest] = /^(Standard_[A-Z])(\d+)(.*)$/.exec(size)!;
      expect(vcpus, size).to.equal(Number(processors));
      const double = MACHINE_PRICES[`${family}${vcpus * 2}${rest}`];
      if (double !== undefined) expect(double.usdPerMonth / usdPerMonth, size).to.be.closeTo(2, 0.01);
    }
  });

  it("never costs less with more of anything", () => {
    const count = fc.integer({ min: 0, max: 1000 });
    const inputs = fc.record({ machines: count, loadBalancers: count, natGateways: count, publicIps: count });
    fc.assert(
      fc.property(inputs, fc.constantFrom("machines", "loadBalancers", "natGateways", "publicIps"), (given, more) => {
        const before = { ...CLUSTER, ...given };
        const after = { ...before, [more]: before[more] + 1 };
        expect(costEstimate(after).usdPerMonth).to.be.at.least(costEstimate(before).usdPerMonth!);
      }),
    );
  });
});
