import { expect } from "chai";
import fc from "fast-check";
import { costEstimate, diskPrice, DISK_PRICES, MACHINE_PRICES, type CostInput } from "@windows-ha/spec";
import { evaluate } from "./formula";

const CLUSTER: CostInput = {
  machines: 3,
  size: "Standard_D2s_v5",
  osDiskType: "Premium_LRS",
  balancerRules: [1],
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
    const none = {
      ...CLUSTER,
      size: "Standard_M416s_v2",
      machines: 0,
      balancerRules: [],
      natGateways: 0,
      publicIps: 0,
    };
    expect(costEstimate(none)).to.deep.include({ items: [], unknown: [], usdPerMonth: 0 });
  });

  it("charges a disk by Azure's next step of sizes", () => {
    const price = (osDiskSizeGb: number): unknown => costEstimate({ ...CLUSTER, osDiskSizeGb }).items[1]!.usdPerMonth;
    expect([64, 65, 128, 129].map(price)).to.deep.equal([31, 59, 59, 110]);
    expect(diskPrice("Premium_LRS", 32_767)).to.be.above(diskPrice("Premium_LRS", 16_384)!);
    expect(diskPrice("Premium_LRS", 32_768)).to.equal(undefined);
    expect(diskPrice("UltraSSD_LRS", 64)).to.equal(undefined);
  });

  it("counts data disks once per machine, equal ones together, and private endpoints", () => {
    const disk = { type: "StandardSSD_LRS", sizeGb: 256 };
    const { items } = costEstimate({
      ...CLUSTER,
      dataDisks: [disk, disk, { ...disk, sizeGb: 32 }],
      privateEndpoints: 2,
    });
    expect(items.slice(2, 4)).to.deep.equal([
      { item: "data disk StandardSSD_LRS of 256 GB", quantity: 6, usdPerMonth: 120 },
      { item: "data disk StandardSSD_LRS of 32 GB", quantity: 3, usdPerMonth: 7.2 },
    ]);
    expect(items.at(-1)).to.deep.equal({ item: "private endpoint", quantity: 2, usdPerMonth: 15 });
  });

  it("adds Consul's servers, which have no Windows licence", () => {
    const server = {
      size: "Standard_D2s_v5",
      osDiskType: "Premium_LRS",
      dataDiskType: "Premium_LRS",
      dataDiskSizeGb: 32,
    };
    const { items } = costEstimate({ ...CLUSTER, consulServers: { count: 3, ...server } });
    expect(items.slice(-3)).to.deep.equal([
      { item: "Consul server Standard_D2s_v5 with Linux", quantity: 3, usdPerMonth: 210 },
      { item: "Consul server's system disk Premium_LRS of 30 GB", quantity: 3, usdPerMonth: 16 },
      { item: "Consul server's data disk Premium_LRS of 32 GB", quantity: 3, usdPerMonth: 16 },
    ]);
  });

  it("carries its arithmetic, which comes to its number", () => {
    const { formula, usdPerMonth } = costEstimate(CLUSTER);
    expect(formula).to.equal("3 × 137.24 + 3 × 19.71 + 1 × 18.25 + 1 × 32.85 + 1 × 3.65 = 525.6");
    const [terms, total] = formula.split(" = ") as [string, string];
    expect(evaluate(terms)).to.be.closeTo(Number(total), 0.05);
    expect(Number(Number(total).toPrecision(2))).to.equal(usdPerMonth);
    expect(costEstimate({ ...CLUSTER, size: "Standard_M416s_v2" }).formula).to.match(
      /^3 × \? \+ .* and what is unknown$/,
    );
  });

  it("charges no Windows to who has it, half of a small machine's price", () => {
    const [machine] = costEstimate({ ...CLUSTER, hybridBenefit: true }).items;
    expect(machine).to.deep.include({ item: "machine Standard_D2s_v5 without a Windows licence", usdPerMonth: 210 });
  });

  it("charges each rule beyond five", () => {
    const rules = (...balancerRules: number[]): unknown =>
      costEstimate({ ...CLUSTER, balancerRules }).items.find(({ item }) => item.includes("rule"));
    expect(rules(5)).to.equal(undefined);
    expect(rules(8)).to.deep.equal({ item: "load-balancing rule beyond 5", quantity: 3, usdPerMonth: 22 });
    expect(rules(7, 3, 6), "each balancer has five of its own").to.include({ quantity: 3 });
  });

  it("has a price for every disk that a cluster takes, larger for more copies, better disks and more room", () => {
    const { Premium_LRS, Premium_ZRS, StandardSSD_LRS, StandardSSD_ZRS } = DISK_PRICES as Record<string, number[]>;
    for (const [step, price] of Premium_LRS!.entries()) {
      expect(Premium_ZRS![step]).to.be.above(price);
      expect(StandardSSD_ZRS![step]).to.be.above(StandardSSD_LRS![step]!);
      expect(price).to.be.above(StandardSSD_LRS![step]!);
      expect(price).to.be.above(Premium_LRS![step - 1] ?? 0);
    }
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
    const inputs = fc.record({ machines: count, privateEndpoints: count, natGateways: count, publicIps: count });
    fc.assert(
      fc.property(
        inputs,
        fc.constantFrom("machines", "privateEndpoints", "natGateways", "publicIps"),
        (given, more) => {
          const before = { ...CLUSTER, ...given };
          const after = { ...before, [more]: before[more] + 1 };
          expect(costEstimate(after).usdPerMonth).to.be.at.least(costEstimate(before).usdPerMonth!);
        },
      ),
    );
  });
});
