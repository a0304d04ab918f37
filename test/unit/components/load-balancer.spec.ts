import { expect } from "chai";
import { expectWellFormed, Template, type Recording, type Values } from "@windows-ha/testing";
import { LoadBalancer, SessionAffinity, TransportProtocol, type LoadBalancerArgs } from "windows-ha";
import { bodyOf, failureOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "./support";

const BALANCER = "azure-native:network:LoadBalancer";
const ADDRESS = "azure-native:network:PublicIPAddress";
const ARGS: LoadBalancerArgs = {
  ...PLACE,
  subnetId: "/subnet",
  ports: [{ name: "http", frontendPort: 80, backendPort: 8080 }],
  probe: { port: 8081, intervalSeconds: 7, threshold: 3 },
};
const create =
  (changes: Partial<LoadBalancerArgs> = {}) =>
  () =>
    new LoadBalancer("lb", { ...ARGS, ...changes });
const createPublic = create({ public: true, subnetId: undefined });

const ports = (count: number): LoadBalancerArgs["ports"] =>
  Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    frontendPort: 1000 + index,
    backendPort: 1000 + index,
  }));

describe("LoadBalancer", () => {
  inBothPasses(
    "is a Standard balancer with a zone-redundant internal front end, one pool, one probe and one rule per port",
    create(),
    (recording) => {
      expect(bodyOf(recording, BALANCER)).to.deep.equal({
        ...PLACE,
        sku: { name: "Standard", tier: "Regional" },
        frontendIPConfigurations: [
          {
            name: "clients",
            subnet: { id: "/subnet" },
            privateIPAllocationMethod: "Dynamic",
            privateIPAddressVersion: "IPv4",
            zones: ["1", "2", "3"],
          },
        ],
        backendAddressPools: [{ name: "machines" }],
        probes: [
          {
            name: "ready",
            protocol: "Http",
            port: 8081,
            requestPath: "/ready",
            intervalInSeconds: 7,
            probeThreshold: 3,
            noHealthyBackendsBehavior: "AllProbedDown",
          },
        ],
        loadBalancingRules: [
          {
            name: "http",
            protocol: "Tcp",
            frontendPort: 80,
            backendPort: 8080,
            frontendIPConfiguration: { id: "$self/frontendIPConfigurations/clients" },
            backendAddressPool: { id: "$self/backendAddressPools/machines" },
            probe: { id: "$self/probes/ready" },
            loadDistribution: "Default",
            enableTcpReset: true,
            idleTimeoutInMinutes: 4,
            disableOutboundSnat: true,
          },
        ],
      });
    },
  );

  it("is replaced together with its zones, which Azure never changes", async () => {
    const { resources } = await recordUpdate(create({ public: true, internal: true }));
    const replaced = resources.map(({ name, replaceOnChanges }) => [name, replaceOnChanges]);
    expect(Object.fromEntries(replaced)).to.deep.include({
      lb: ["frontendIPConfigurations[0].zones"],
      "lb-public": [],
      "lb-public-address": ["zones"],
    });
  });

  inBothPasses(
    "names no zones where a region has none",
    create({ public: true, internal: true, zoneRedundant: false }),
    (recording) => {
      expect(bodyOf(recording, ADDRESS)).not.to.have.property("zones");
      const frontEnds = Template.of(recording)
        .findResources(BALANCER)
        .flatMap(({ inputs }) => inputs.frontendIPConfigurations as Values[]);
      expect(frontEnds).to.have.lengthOf(2);
      for (const frontEnd of frontEnds) expect(frontEnd).not.to.have.property("zones");
    },
  );

  inBothPasses("sets the threshold that Azure honours, and not the number that it ignores", create(), (recording) => {
    const [probe] = bodyOf(recording, BALANCER).probes as Record<string, unknown>[];
    expect(probe).to.have.property("probeThreshold", 3);
    expect(probe).not.to.have.property("numberOfProbes");
  });

  inBothPasses(
    "probes every 5 seconds and ejects after two failures by default",
    create({ probe: { port: 8080 } }),
    (recording) => {
      expect((bodyOf(recording, BALANCER).probes as unknown[])[0]).to.include({
        intervalInSeconds: 5,
        probeThreshold: 2,
        requestPath: "/ready",
      });
    },
  );

  inBothPasses(
    "points every rule at a front end, a pool and a probe that the balancer has",
    create({
      ports: [
        { name: "a", frontendPort: 1, backendPort: 1 },
        { name: "b", frontendPort: 2, backendPort: 2 },
      ],
    }),
    (recording) => {
      const body = bodyOf(recording, BALANCER) as Record<string, Record<string, unknown>[]>;
      const ids = ["frontendIPConfigurations", "backendAddressPools", "probes"].flatMap((part) =>
        body[part]!.map(({ name }) => `$self/${part}/${String(name)}`),
      );
      expect(body.loadBalancingRules).to.have.length(2);
      for (const rule of body.loadBalancingRules!) {
        const { frontendIPConfiguration, backendAddressPool, probe } = rule as Record<string, { id: string }>;
        expect(ids).to.include.members([frontendIPConfiguration!.id, backendAddressPool!.id, probe!.id]);
      }
    },
  );

  inBothPasses(
    "takes its zones from a zone-redundant Standard address when it is public",
    createPublic,
    (recording) => {
      expect(bodyOf(recording, ADDRESS)).to.deep.equal({
        ...PLACE,
        sku: { name: "Standard", tier: "Regional" },
        publicIPAllocationMethod: "Static",
        publicIPAddressVersion: "IPv4",
        zones: ["1", "2", "3"],
      });
      expect(bodyOf(recording, BALANCER).frontendIPConfigurations).to.deep.equal([
        { name: "clients", publicIPAddress: { id: known(recording, "lb-public-address_id") } },
      ]);
    },
  );

  const INTERNAL = {
    internalAddress: "10.20.0.4",
    internalBackendPoolId: "lb_id/backendAddressPools/machines",
  };
  const PUBLIC = {
    publicAddress: "203.0.113.10",
    publicBackendPoolId: "lb-public_id/backendAddressPools/machines",
  };
  for (const [kind, program, outputs] of [
    ["internal", create(), { address: "10.20.0.4", ...INTERNAL }],
    ["public", createPublic, { address: "203.0.113.10", ...PUBLIC }],
    [
      "internal and public",
      create({ public: true, internal: true }),
      { address: "203.0.113.10", ...INTERNAL, ...PUBLIC },
    ],
  ] as const) {
    inBothPasses(`hands on its ${kind} address and pool`, program, async (recording) => {
      const expected = Object.entries(outputs).map(([name, value]) => [name, known(recording, value)]);
      expect(Template.of(recording).findResource("windows-ha:index:LoadBalancer").outputs).to.deep.equal(
        Object.fromEntries(expected),
      );
      const pools = Object.keys(outputs).filter((name) => name.endsWith("PoolId"));
      expect(recording.result.backendPoolIds).to.have.length(pools.length);
    });
  }

  inBothPasses(
    "is two balancers when it is internal and public, and each is the one that it would be alone",
    create({ public: true, internal: true }),
    (recording) => {
      const balancers = Template.of(recording).findResources(BALANCER);
      const fronts = Object.fromEntries(
        balancers.map(({ name, inputs }) => [name, (inputs.frontendIPConfigurations as Values[])[0]!]),
      );
      expect(Object.keys(fronts).sort()).to.deep.equal(["lb", "lb-public"]);
      expect(fronts["lb"]).to.have.property("subnet");
      expect(fronts["lb"]).not.to.have.property("publicIPAddress");
      expect(fronts["lb-public"]).to.have.property("publicIPAddress");
      expect(fronts["lb-public"]).not.to.have.property("subnet");
    },
  );

  const rulesOf = (recording: Recording, name = "lb"): Values[] =>
    Template.of(recording)
      .findResources(BALANCER)
      .find((one) => one.name === name)!.inputs.loadBalancingRules as Values[];

  inBothPasses(
    "takes a port twice for two protocols, and resets only what has connections",
    create({
      ports: [
        { name: "dns-tcp", frontendPort: 53, backendPort: 53 },
        { name: "dns-udp", frontendPort: 53, backendPort: 53, protocol: TransportProtocol.Udp },
      ],
    }),
    (recording) => {
      const [tcp, udp] = rulesOf(recording);
      expect(tcp).to.include({ protocol: "Tcp", enableTcpReset: true });
      expect(udp).to.include({ protocol: "Udp" });
      expect(udp).not.to.have.property("enableTcpReset");
    },
  );

  for (const [affinity, loadDistribution] of [
    [SessionAffinity.None, "Default"],
    [SessionAffinity.ClientIp, "SourceIP"],
    [SessionAffinity.ClientIpProtocol, "SourceIPProtocol"],
  ] as const) {
    inBothPasses(
      `keeps clients on a machine by ${affinity} as ${loadDistribution}, and leaves TCP resets out when told so`,
      create({ sessionAffinity: affinity, tcpReset: false }),
      (recording) => {
        expect(rulesOf(recording)[0]).to.include({ loadDistribution, enableTcpReset: false });
      },
    );
  }

  inBothPasses(
    "balances all ports of the internal address by one rule, and named ones of the public address",
    create({ public: true, internal: true, haPorts: true }),
    (recording) => {
      expect(rulesOf(recording)).to.have.length(1);
      expect(rulesOf(recording)[0]).to.include({ protocol: "All", frontendPort: 0, backendPort: 0 });
      expect(rulesOf(recording, "lb-public")[0]).to.include({ protocol: "Tcp", frontendPort: 80, backendPort: 8080 });
    },
  );

  const REFUSED: [title: string, changes: Partial<LoadBalancerArgs> & Record<string, unknown>, reason: RegExp][] = [
    ["all ports in public", { public: true, subnetId: undefined, haPorts: true }, /haPorts is .*\[ha-ports\]/],
    ["all ports beside named ones", { haPorts: true }, /ports is .*\[ha-ports\]/],
    ["no port", { ports: [] }, /at least one port/],
    [
      "more rules than an interface takes",
      { public: true, internal: true, ports: ports(151) },
      /151 ports on two addresses.*\[rule-count\]/,
    ],
    ["an address of no kind", { internal: false, subnetId: undefined }, /internal is .*\[front-end\]/],
    ["an internal address without a subnet", { public: true, internal: true, subnetId: undefined }, /subnetId/],
    ["administration through the balancer", { inboundNatRules: [] }, /no inbound NAT rules.*Bastion/s],
    ["weights, and says who will have them", { weights: [3, 2, 1] }, /gateway in front of the machines/],
    ["another algorithm", { algorithm: "leastConnections" }, /hash of the flow.*gateway/s],
    ["an algorithm in the place of affinity", { sessionAffinity: "roundRobin" as never }, /sessionAffinity.*gateway/s],
  ];
  for (const [title, changes, reason] of REFUSED) {
    it(`refuses ${title}`, async () => expect((await failureOf(create(changes))).message).to.match(reason));
  }

  inBothPasses("tells the engine what it balances and how it probes, not where it is", create(), (recording) => {
    expect(bodyOf(recording, "windows-ha:index:LoadBalancer")).to.deep.equal({
      public: false,
      internal: true,
      haPorts: false,
      sessionAffinity: "none",
      tcpReset: true,
      ports: [{ ...ARGS.ports![0], protocol: "Tcp" }],
      probe: { port: 8081, path: "/ready", scheme: "http", intervalSeconds: 7, threshold: 3 },
      idleTimeoutMinutes: 4,
      zoneRedundant: true,
    });
  });

  it("tags everything, and has an address resource only when it is public", async () => {
    const isPublic = await recordUpdate(createPublic);
    expectWellFormed(isPublic, { tags: { values: TAGS, types: [BALANCER, ADDRESS] } });
    expect(isPublic.resources).to.have.length(3);
    expect((await recordUpdate(create())).resources).to.have.length(2);
  });
});
