import { expect } from "chai";
import fc from "fast-check";
import { quorum, snatPorts, subnetSize, usableAddresses } from "@windows-ha/spec";

describe("quorum", () => {
  for (const [servers, votes, toleratedLosses] of [
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
    [7, 4, 3],
  ] as const) {
    it(`of ${servers} needs ${votes} votes and tolerates ${toleratedLosses} losses`, () => {
      expect(quorum(servers)).to.deep.equal({
        votes,
        toleratedLosses,
        formula: `votes ⌊${servers} ÷ 2⌋ + 1 = ${votes}; losses ${servers} − ${votes} = ${toleratedLosses}`,
      });
    });
  }

  it("never lets two halves decide, and gains nothing by an even number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1001 }), (servers) => {
        const { votes, toleratedLosses } = quorum(servers);
        expect(2 * votes).to.be.above(servers);
        expect(2 * (votes - 1)).to.be.at.most(servers);
        expect(servers - toleratedLosses).to.equal(votes);
        if (servers % 2 === 1) expect(quorum(servers + 1).toleratedLosses).to.equal(toleratedLosses);
      }),
    );
  });

  for (const servers of [0, -3, 2.5, NaN]) {
    it(`refuses ${servers} servers`, () => expect(() => quorum(servers)).to.throw(RangeError, `servers is ${servers}`));
  }
});

describe("snatPorts", () => {
  for (const [machines, ports] of [
    [1, 1024],
    [50, 1024],
    [51, 512],
    [100, 512],
    [101, 256],
    [200, 256],
    [201, 128],
    [400, 128],
    [401, 64],
    [800, 64],
    [801, 32],
    [1000, 32],
  ] as const) {
    it(`gives each of ${machines} machines ${ports} ports when nothing is said, which one address has`, () => {
      expect(snatPorts({ frontendIps: 1, machines })).to.include({ portsPerMachine: ports, fits: true });
    });
  }

  it("has 64,000 ports per address of a balancer and 64,512 per address of a NAT gateway", () => {
    expect(snatPorts({ frontendIps: 1, machines: 3 })).to.include({
      loadBalancerPorts: 64_000,
      natGatewayPorts: 64_512,
    });
    expect(snatPorts({ frontendIps: 2, machines: 3 })).to.include({
      loadBalancerPorts: 128_000,
      natGatewayPorts: 129_024,
    });
  });

  it("says when the addresses haven't the ports that are asked for", () => {
    expect(snatPorts({ frontendIps: 1, machines: 10, portsPerMachine: 6400 }).fits).to.be.true;
    expect(snatPorts({ frontendIps: 1, machines: 10, portsPerMachine: 6408 })).to.include({
      fits: false,
      mostPortsPerMachine: 6400,
    });
    expect(snatPorts({ frontendIps: 2, machines: 10, portsPerMachine: 6408 }).fits).to.be.true;
  });

  it("never promises more than there is, in blocks of 8", () => {
    const inputs = fc.record({
      frontendIps: fc.integer({ min: 1, max: 16 }),
      machines: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(inputs, ({ frontendIps, machines }) => {
        const { mostPortsPerMachine, loadBalancerPorts } = snatPorts({ frontendIps, machines });
        expect(mostPortsPerMachine % 8).to.equal(0);
        expect(mostPortsPerMachine * machines).to.be.at.most(loadBalancerPorts);
        if (mostPortsPerMachine < 64_000) {
          expect((mostPortsPerMachine + 8) * machines).to.be.above(loadBalancerPorts);
        }
      }),
    );
  });

  for (const [given, seen] of [
    [{ frontendIps: 1, machines: 0 }, "machines is 0"],
    [{ frontendIps: 1, machines: 1001 }, "machines is 1001"],
    [{ frontendIps: 1, machines: 3, portsPerMachine: 100 }, "portsPerMachine is 100"],
    [{ frontendIps: 1, machines: 3, portsPerMachine: 0 }, "portsPerMachine is 0"],
  ] as const) {
    it(`refuses: ${seen}`, () => expect(() => snatPorts(given)).to.throw(RangeError, seen));
  }
});

describe("subnetSize", () => {
  for (const [machines, surge, frontEnds, prefixLength] of [
    [1, 0, 0, 29],
    [3, 0, 0, 29],
    [2, 1, 1, 28],
    [10, 0, 1, 28],
    [10, 1, 1, 27],
    [250, 0, 1, 24],
    [250, 1, 1, 23],
    [1000, 1, 1, 22],
  ] as const) {
    it(`is /${prefixLength} for ${machines} machines, ${surge} being replaced and ${frontEnds} front ends`, () => {
      expect(subnetSize({ machines, surge, growth: 0, frontEnds }).prefixLength).to.equal(prefixLength);
    });
  }

  it("is the smallest that Azure takes and that is large enough, whatever the parts are", () => {
    const count = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(fc.record({ machines: count, surge: count, growth: count, frontEnds: count }), (given) => {
        const { needed, usable, prefixLength } = subnetSize(given);
        expect(needed).to.equal(given.machines + given.surge + given.growth + given.frontEnds);
        expect(usable).to.equal(usableAddresses(prefixLength));
        expect(usable).to.be.at.least(needed);
        if (prefixLength < 29) expect(usableAddresses(prefixLength + 1)).to.be.below(needed);
      }),
    );
  });

  it("knows that the smallest ranges have nothing left for their owner", () => {
    expect([29, 30, 31, 32].map(usableAddresses)).to.deep.equal([3, 0, 0, 0]);
  });
});
