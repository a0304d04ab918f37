import { expect } from "chai";
import fc from "fast-check";
import { compositeSla, SERVICE_LEVELS, type ServiceLevelName, type ServiceLevelPart } from "@windows-ha/spec";

const BALANCER: ServiceLevelPart = { service: "Standard load balancer" };
const MACHINES: ServiceLevelPart = { service: "machines over two zones or more" };
const names = Object.keys(SERVICE_LEVELS) as ServiceLevelName[];

const part: fc.Arbitrary<ServiceLevelPart> = fc.record({
  service: fc.constantFrom(...names),
  copies: fc.integer({ min: 1, max: 4 }),
});
const chain = fc.array(part, { minLength: 1, maxLength: 5 });

describe("compositeSla", () => {
  const KNOWN: [string, ServiceLevelPart[], number, number][] = [
    ["a balancer before machines in zones", [BALANCER, MACHINES], 99.98, 8.6],
    ["one part", [BALANCER], 99.99, 4.3],
    ["a single machine", [{ service: "single machine, Premium disks" }], 99.9, 43.2],
    ["nothing at all, which can't fail", [], 100, 0],
    ["two machines of which one is enough", [{ service: "single machine, Premium disks", copies: 2 }], 99.9999, 0],
    [
      "two regions behind a router, which dominates",
      [{ service: "Traffic Manager" }, { parts: [BALANCER, MACHINES], copies: 2 }],
      99.99,
      4.3,
    ],
  ];
  for (const [title, parts, percent, minutesPerMonth] of KNOWN) {
    it(`of ${title} is ${percent} %, ${minutesPerMonth} minutes a month`, () => {
      expect(compositeSla(parts)).to.include({ percent, minutesPerMonth });
    });
  }

  it("says how it came about", () => {
    expect(compositeSla([BALANCER, { parts: [MACHINES], copies: 2 }]).formula).to.equal(
      "Standard load balancer 99.99 % × (1 − (1 − (machines over two zones or more 99.99 %))^2) = 99.99 %",
    );
  });

  it("names each figure that nobody read in the documentation, once", () => {
    const router: ServiceLevelPart = { service: "Traffic Manager" };
    expect(
      compositeSla([BALANCER, router, { parts: [router, { service: "Bastion" }], copies: 2 }]).unverified,
    ).to.deep.equal(["Traffic Manager", "Bastion"]);
    expect(compositeSla([BALANCER, MACHINES]).unverified).to.deep.equal([]);
  });

  it("has a date and figures that can be percent", () => {
    expect(compositeSla([]).asOf).to.match(/^\d{4}-\d\d-\d\d$/);
    for (const [name, { percent, source }] of Object.entries(SERVICE_LEVELS)) {
      expect(percent, name).to.be.within(90, 100);
      expect(source, name).not.to.equal("");
    }
  });

  it("is never better than its weakest part without copies", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }), (services) => {
        const weakest = Math.min(...services.map((service) => SERVICE_LEVELS[service].percent));
        expect(compositeSla(services.map((service) => ({ service }))).percent).to.be.at.most(weakest);
      }),
    );
  });

  it("is never lower with more copies of a part, or of everything", () => {
    fc.assert(
      fc.property(chain, fc.nat(), fc.integer({ min: 1, max: 3 }), (parts, at, more) => {
        const before = compositeSla(parts);
        const index = at % parts.length;
        const redundant = parts.map((item, i) => (i === index ? { ...item, copies: (item.copies ?? 1) + more } : item));
        expect(compositeSla(redundant).percent).to.be.at.least(before.percent);
        expect(compositeSla([{ parts, copies: 1 + more }]).percent).to.be.at.least(before.percent);
      }),
    );
  });
});
