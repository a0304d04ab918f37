import { expect } from "chai";
import { outboundMachines, outboundPorts, resolveCluster } from "@windows-ha/spec";
import fc from "fast-check";
import { clusterArguments } from "./arguments";

const found = (changes: Record<string, unknown>): string[] =>
  resolveCluster(clusterArguments(changes)).findings.map(({ rule, path }) => `${rule} ${path}`);
const PUBLIC = { public: true, allowFrom: ["Internet"] };
const IDENTITY = {
  id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/orders",
  principalId: "11111111-2222-3333-4444-555555555555",
  clientId: "66666666-7777-8888-9999-000000000000",
};

const CASES: [title: string, changes: Record<string, unknown>, ...findings: string[]][] = [
  ["all ports of the internal address", { loadBalancer: { haPorts: true } }],
  [
    "the same beside a public one that translates",
    { loadBalancer: { ...PUBLIC, internal: true, haPorts: true, port: 80 } },
  ],
  ["all ports of a public address", { loadBalancer: { ...PUBLIC, haPorts: true } }, "ha-ports loadBalancer.haPorts"],
  [
    "all ports, some of them translated",
    {
      loadBalancer: {
        haPorts: true,
        port: 80,
        ports: [
          { name: "admin", port: 9000 },
          { name: "metrics", port: 9100, backendPort: 9101 },
        ],
      },
    },
    "ha-ports loadBalancer.port",
    "ha-ports loadBalancer.ports[1].backendPort",
  ],
  ["a way out by the public address", { loadBalancer: { ...PUBLIC, outbound: {} } }],
  ["one that was switched off", { loadBalancer: { outbound: { enabled: false } } }],
  ["one by an internal address", { loadBalancer: { outbound: {} } }, "outbound-public loadBalancer.outbound"],
  [
    "connections that fit three machines and not the one that replaces one",
    { loadBalancer: { ...PUBLIC, outbound: { connectionsPerMachine: 21_000 } } },
    "outbound-ports loadBalancer.outbound.connectionsPerMachine",
  ],
  [
    "the same of single machines",
    { compute: "machines", loadBalancer: { ...PUBLIC, outbound: { connectionsPerMachine: 21_000 } } },
  ],
  [
    "connections of the most machines that autoscale makes",
    {
      machines: { autoscale: { maximum: 100 } },
      loadBalancer: { ...PUBLIC, outbound: { connectionsPerMachine: 1000 } },
    },
    "outbound-ports loadBalancer.outbound.connectionsPerMachine",
  ],
  [
    "an idle time-out of a NAT gateway that there isn't",
    { loadBalancer: { ...PUBLIC, outbound: {} }, network: { natIdleTimeoutMinutes: 10 } },
    "outbound-nat network.natIdleTimeoutMinutes",
  ],
  [
    "weights and inbound NAT",
    { loadBalancer: { weights: [1, 2], inboundNatRules: [] } },
    "unknown-property loadBalancer.weights",
    "unknown-property loadBalancer.inboundNatRules",
  ],
  ["machines of an existing identity", { machines: { identity: IDENTITY } }],
  [
    "an identity by its name",
    { machines: { identity: { ...IDENTITY, id: "orders", principalId: "orders" } } },
    "pattern machines.identity.id",
    "pattern machines.identity.principalId",
  ],
  [
    "an identity without its client id",
    { machines: { identity: { id: IDENTITY.id, principalId: IDENTITY.principalId } } },
    "required machines.identity.clientId",
  ],
  [
    "one of its ids written for both",
    { machines: { identity: { ...IDENTITY, clientId: IDENTITY.principalId } } },
    "identity-ids machines.identity.clientId",
  ],
  [
    "zones in an availability set, and everything else that is wrong",
    {
      compute: "machines",
      machines: { availability: "availabilitySet", zones: ["1"], count: 9, autoscale: { maximum: 12 } },
    },
    "compute machines.autoscale",
    "availability-zones machines.zones",
  ],
  ["an availability set without zones", { compute: "machines", machines: { availability: "availabilitySet" } }],
  ["data disks", { machines: { dataDisks: [{ lun: 0, sizeGb: 64 }] } }],
  [
    "protected disks in a scale set",
    { machines: { dataDisks: [{ lun: 0, sizeGb: 64, protect: true }] } },
    "disposable-disk machines.dataDisks[0].protect",
  ],
  [
    "protected disks of single machines",
    { compute: "machines", machines: { dataDisks: [{ lun: 0, sizeGb: 64, protect: true }] } },
  ],
];

describe("a cluster's traffic, disks and identity", () => {
  for (const [title, changes, ...findings] of CASES) {
    it(`${findings.length === 0 ? "takes" : "refuses"} ${title}`, () => {
      expect(found(changes)).to.deep.equal(findings);
    });
  }

  it("divides ports among the machines that there may ever be", () => {
    const machines = (changes: Record<string, unknown>) =>
      outboundMachines(resolveCluster(clusterArguments(changes)).spec!);
    expect(machines({})).to.equal(4);
    expect(machines({ compute: "machines" })).to.equal(3);
    expect(machines({ machines: { count: 40, upgrade: { maxSurge: true } } })).to.equal(42);
    expect(machines({ machines: { autoscale: { maximum: 20 } } })).to.equal(21);
  });
});

describe("outboundPorts", () => {
  it("gives whole blocks, never more than there are, and none away that would fit", () => {
    const given = fc.record({
      frontendIps: fc.integer({ min: 1, max: 16 }),
      machines: fc.integer({ min: 1, max: 5000 }),
      frontEndPorts: fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 300 }),
    });
    fc.assert(
      fc.property(given, ({ frontendIps, machines, frontEndPorts }) => {
        const { portsPerMachine } = outboundPorts({ frontendIps, machines, frontEndPorts });
        const blocks = new Set(frontEndPorts.map((port) => Math.floor(port / 8))).size;
        const left = frontendIps * 64_000 - blocks * 8;
        expect(portsPerMachine % 8).to.equal(0);
        expect(portsPerMachine * machines).to.be.at.most(left);
        if (portsPerMachine < 64_000) expect((portsPerMachine + 8) * machines).to.be.above(left);
      }),
    );
  });

  it("carries its arithmetic", () => {
    expect(outboundPorts({ frontendIps: 1, machines: 3, frontEndPorts: [80, 81, 443] })).to.deep.equal({
      portsPerMachine: 21_328,
      formula: "(addresses 1 × 64000 ports − balancing rules 2 × 8) ÷ machines 3, in blocks of 8 = 21328",
    });
    expect(outboundPorts({ frontendIps: 2, machines: 1 }).formula).to.equal(
      "(addresses 2 × 64000 ports) ÷ machines 1, in blocks of 8, at most 64000 = 64000",
    );
  });
});
